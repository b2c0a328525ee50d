"""The night's assets and checks, made by functions so that tests can swap what they work on."""

"""`make report`: every document, from what is published, into the data folder's reports.

What belongs here: which documents there are, and saying what was written.
"""

import sys
from contextlib import closing

from documents import experiment_plan, post_mortem, roi_case, weekly
from documents.page import Marts, browser, print_to_pdf, write
from orchestration.published import connect, latest
from orchestration.settings import read_settings

KINDS = (weekly, roi_case, experiment_plan, post_mortem)


def main() -> int:
    """Write all documents; 1 where nothing is published."""
    settings = read_settings()
    publication = latest()
    if publication is None:
        print(
            f"Nothing is published in {settings.published}: run make demo, or make nightly over"
            " your own files.",
            file=sys.stderr,
        )
        return 1
    folder = settings.data / "reports"
    with closing(connect(publication)) as connection:
        marts = Marts(connection)
        for kind in KINDS:
            for document in kind.documents(marts):
                page = write(document, folder)
                print(page)
                if kind is weekly:
                    chromium = browser()
                    print(
                        print_to_pdf(page, chromium)
                        if chromium
                        else "No PDF: Chromium is not on the PATH."
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

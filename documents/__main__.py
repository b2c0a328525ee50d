"""`make report`: every document, from what is published, into the data folder's reports.

What belongs here: which documents there are, and saying what was written.
"""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from documents import experiment_plan, post_mortem, roi_case, weekly
from documents.page import Marts, browser, print_to_pdf, write
from orchestration.published import connect, latest
from orchestration.settings import SettingsError, read_settings

KINDS = (weekly, roi_case, experiment_plan, post_mortem)


def main() -> int:
    """Write all documents; 1 where nothing is published, 2 where a setting cannot be used."""
    try:
        settings = read_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
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
                    print(printed(page))
    return 0


def printed(page: Path) -> str:
    """The PDF of a document, or why there is none; the document itself stands either way."""
    chromium = browser()
    if chromium is None:
        return "No PDF: Chromium is not on the PATH."
    try:
        return str(print_to_pdf(page, chromium))
    except (subprocess.SubprocessError, OSError) as error:
        return f"No PDF: {chromium} failed ({type(error).__name__}); print the page by hand."


if __name__ == "__main__":
    sys.exit(main())

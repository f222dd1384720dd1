"""physio in the browser: `streamlit run app.py` imports this file to serve it, and runs it for every page."""

import streamlit as st

from physio.ui import server


def show() -> None:
    """Page configuration and navigation, nothing else."""
    from physio.ui import browser, components, no_page
    from physio.ui.say import choose_language, say

    st.set_page_config(say("ui.app"), page_icon=components.ICON, layout="wide", initial_sidebar_state=210)
    st.logo(components.LOGO, size="large")
    components.inject_style()
    pages = {
        say("ui.group_session"): [
            st.Page("pages/live.py", title=say("ui.page_live"), icon=":material/videocam:", default=True),
            st.Page("pages/upload.py", title=say("ui.page_upload"), icon=":material/upload_file:"),
            st.Page("pages/review.py", title=say("ui.page_review"), icon=":material/query_stats:"),
        ],
        say("ui.group_patient"): [
            st.Page("pages/trends.py", title=say("ui.page_trends"), icon=":material/trending_up:")
        ],
        say("ui.group_practice"): [
            st.Page("pages/patients.py", title=say("ui.page_patients"), icon=":material/group:"),
            st.Page("pages/about.py", title=say("ui.page_about"), icon=":material/info:"),
        ],
    }
    page = st.navigation(no_page.with_address_of_none(pages))
    choose_language()
    with st.sidebar:
        browser.keep_back_true()
    components.guarded(page.run)


if __name__ == "__main__":
    show()
else:
    app = st.App(__file__, routes=server.ROUTES, middleware=server.MIDDLEWARE, lifespan=server.lifespan)

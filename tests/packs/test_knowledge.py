ARTICLE = {
    "subject": "Connect to the printer on floor 3",
    "kind": "howto",
    "description": "Choose it from the list.",
    "audience": "public",
}
RESTRICTED = ARTICLE | {"audience": "restricted", "readers": "the warehouse"}


def test_every_way_of_a_knowledge_article_is_walked(office):
    office.has("knowledge")

    def an_article(**answers):
        return office.begins("knowledge_article", ARTICLE | answers, form="knowledge-article")

    an_article().approve("approve_content").do("publish_public").ends()
    an_article(**RESTRICTED).approve("approve_content").do("publish_restricted").ends()
    revised = an_article().reject("approve_content", "Which list?")
    revised.do("revise", go_on="yes", new_text="The list under Settings.").reject("approve_content")
    assert revised.do("revise", go_on="no").ends().fresh().resolution == "The article was not published."
    an_article().withdraw().ends()
    office.all_walked("knowledge_article")

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

    public = an_article().approve("approve_content").ends().fresh().article
    assert (public.audience, public.versions.get().text) == ("public", ARTICLE["description"])
    restricted = an_article(**RESTRICTED).approve("approve_content").do("choose_readers").ends().fresh().article
    assert (restricted.audience, restricted.versions.get().status) == ("internal", "published")
    revised = an_article().reject("approve_content", "Which list?")
    revised.do("revise", go_on="yes", new_text="The list under Settings.").reject("approve_content")
    assert revised.do("revise", go_on="no").ends().fresh().resolution == "The article was not published."
    an_article().withdraw().ends()
    office.all_walked("knowledge_article")

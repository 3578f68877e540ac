"""The client that openapi-python-client makes of openapi/callboard.json, against the real server."""

import os
import unittest

from callboard_client import AuthenticatedClient, Client
from callboard_client.api.catalog import (
    entities_by_predicate,
    entities_by_query,
    entities_by_refs,
    entities_list,
    entity_facets,
    entity_get_by_name,
)
from callboard_client.api.health import readiness_get
from callboard_client.models import (
    EntitiesByRefs,
    EntitiesPage,
    EntitiesQuery,
    EntitiesQueryQuery,
    Entity,
    EntityFacets,
    ErrorBody,
    OrderField,
    SortOrder,
    TotalItems,
)

URL = os.environ["CALLBOARD_URL"]
PORTAL = AuthenticatedClient(base_url=URL, token=os.environ["CALLBOARD_CLIENTS_TOKEN"], raise_on_unexpected_status=True)


class GeneratedClient(unittest.TestCase):
    def test_lists_entities(self):
        entities = entities_list.sync(client=PORTAL, filter_=["kind=component"])
        names = {entity.metadata.name for entity in entities}
        self.assertIn("booking-api", names)
        self.assertEqual({entity.kind for entity in entities}, {"Component"})

    def test_reads_one_entity(self):
        entity = entity_get_by_name.sync("component", "default", "booking-api", client=PORTAL)
        self.assertIsInstance(entity, Entity)
        self.assertEqual(entity.spec["type"], "service")
        self.assertIn("ownedBy", {relation.type_ for relation in entity.relations})

    def test_tells_an_error(self):
        answer = entity_get_by_name.sync_detailed("component", "default", "nope", client=PORTAL)
        self.assertEqual(answer.status_code, 404)
        self.assertIsInstance(answer.parsed, ErrorBody)
        self.assertEqual(answer.parsed.error.name, "NotFoundError")

    def test_pages_by_cursor(self):
        page = entities_by_query.sync(client=PORTAL, filter_=["kind=user"], order_field=["metadata.name"], limit=10)
        names = []
        while isinstance(page, EntitiesPage):
            names += [entity.metadata.name for entity in page.items]
            following = page.page_info.next_cursor
            page = entities_by_query.sync(client=PORTAL, cursor=following, limit=10) if following else page.total_items
        self.assertEqual(len(names), page)
        self.assertEqual(names, sorted(set(names)))

    def test_reads_parts_of_entities(self):
        page = entities_by_query.sync(client=PORTAL, fields="kind", limit=3, total_items=TotalItems.EXCLUDE)
        self.assertEqual([set(entity.to_dict()) for entity in page.items], [{"kind"}] * 3)
        self.assertEqual(page.total_items, 0)

    def test_counts_facets(self):
        answer = entity_facets.sync(client=PORTAL, facet=["spec.type"], filter_=["kind=component"])
        self.assertIsInstance(answer, EntityFacets)
        counts = {value.value: value.count for value in answer.facets["spec.type"]}
        self.assertGreater(counts["service"], 0)

    def test_asks_by_predicate(self):
        query = EntitiesQueryQuery.from_dict({"$all": [{"kind": "component"}, {"metadata.name": {"$hasPrefix": "book"}}]})
        order = [OrderField(field="metadata.name", order=SortOrder.DESC)]
        page = entities_by_predicate.sync(client=PORTAL, body=EntitiesQuery(query=query, order_by=order))
        names = [entity.metadata.name for entity in page.items]
        self.assertTrue(names)
        self.assertEqual(names, sorted(names, reverse=True))

    def test_asks_by_reference(self):
        refs = ["component:default/nope", "component:default/booking-api"]
        answer = entities_by_refs.sync(client=PORTAL, body=EntitiesByRefs(entity_refs=refs))
        self.assertIsNone(answer.items[0])
        self.assertEqual(answer.items[1].metadata.name, "booking-api")

    def test_is_refused_without_a_token(self):
        answer = entities_list.sync_detailed(client=Client(base_url=URL))
        self.assertEqual((answer.status_code, answer.parsed.error.name), (401, "AuthenticationError"))
        self.assertEqual(readiness_get.sync(client=Client(base_url=URL)).status, "ok")


if __name__ == "__main__":
    unittest.main()

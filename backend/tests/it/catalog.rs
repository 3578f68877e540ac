//! Reading entities.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::person::Query;
use crate::support::{Answer, Person, spawn_app};

/// Names in alphabetical order, for lists whose order means nothing.
#[track_caller]
fn sorted(answer: &Answer) -> Vec<String> {
    let mut names = answer.names();
    names.sort();
    names
}

fn cursor(answer: &Answer, name: &str) -> Option<String> {
    answer.json()["pageInfo"][name].as_str().map(str::to_owned)
}

/// The three questions to which the same filter must give the same entities.
async fn check_filter(ann: &Person, filters: Query<'_>, expected: &[&str]) {
    assert_eq!(sorted(&ann.entities_list(filters).await), expected, "{filters:?}");
    let page = ann.entities_by_query(filters).await;
    assert_eq!(sorted(&page), expected, "{filters:?}");
    assert_eq!(page.json()["totalItems"], expected.len(), "{filters:?}");
    let query = [filters, &[("facet", "metadata.name")]].concat();
    let facets = ann.entity_facets(&query).await.json();
    let values = facets["facets"]["metadata.name"].as_array().unwrap();
    let mut values: Vec<&str> = values.iter().map(|value| value["value"].as_str().unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, expected, "{filters:?}");
}

#[tokio::test]
async fn filters_choose_the_same_entities_everywhere() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let components = ["Beacon", "atlas", "comet", "dune", "ember"];
    for (filters, expected) in [
        (&["kind=component"][..], &components[..]),
        (&["KIND=Component,Spec.Type=SERVICE"], &["atlas", "comet", "ember"]),
        (&["kind=api", "kind=system"], &["orders", "payments"]),
        (&["kind=api,kind=system"], &["orders", "payments"]),
        (&[" kind = api ,, metadata.tags.java "], &["orders"]),
        (&["metadata.title"], &["atlas", "comet"]),
        (&["metadata.tags.java"], &["atlas", "orders"]),
        (&["metadata.tags=java"], &["atlas", "orders"]),
        (&["metadata.annotations.example.com/tier=gold"], &["atlas"]),
        (&["metadata.namespace=ops"], &["dune"]),
        (&["relations.ownedBy=group:default/team-b"], &["Beacon", "dune"]),
        (&["relations.partOf=system:default/payments"], &["atlas"]),
        (&["relations.ownedBy=team-b"], &[]),
        (&["kind=component,metadata.title="], &[]),
    ] {
        let query: Vec<_> = filters.iter().map(|filter| ("filter", *filter)).collect();
        check_filter(&ann, &query, expected).await;
    }
}

#[tokio::test]
async fn a_list_without_limit_is_whole_and_a_paged_one_is_ordered_by_reference() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let all = ann.entities_list(&[]).await;
    assert_eq!(all.header("link"), None);
    assert_eq!(all.header("etag"), None, "entity reads are not tagged");

    let mut query =
        vec![("filter", "kind=component".to_owned()), ("limit", "2".to_owned()), ("offset", "1".to_owned())];
    let mut pages = Vec::new();
    loop {
        let page: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = ann.entities_list(&page).await;
        pages.push(page.names());
        let Some(link) = page.header("link") else { break };
        // What a client does with it: the address is relative to the mount, and complete.
        let next = link.strip_prefix("</entities?").and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
        let pairs = next.split('&').map(|pair| pair.split_once('=').unwrap());
        let after = pairs.clone().find(|(name, _)| *name == "after").unwrap().1.replace("%3D", "=");
        assert!(!pairs.clone().any(|(name, _)| name == "offset"), "{link}");
        let decoded: Value = serde_json::from_slice(&STANDARD.decode(&after).unwrap()).unwrap();
        assert_eq!(decoded, json!({"limit": 2, "offset": 1 + 2 * pages.len()}));
        query = vec![("filter", "kind=component".to_owned()), ("after", after)];
    }
    // component:default/atlas comes first and is skipped; component:ops/dune is last.
    assert_eq!(pages, [vec!["Beacon", "comet"], vec!["ember", "dune"]]);
}

#[tokio::test]
async fn a_list_is_ordered_and_what_lacks_the_field_comes_last() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for (order, expected) in [
        ("asc:metadata.title", ["comet", "atlas", "Beacon", "ember"]),
        ("desc:metadata.title", ["atlas", "comet", "Beacon", "ember"]),
    ] {
        let query = [("filter", "kind=component,metadata.namespace=default"), ("order", order), ("limit", "10")];
        let names = ann.entities_list(&query).await.names();
        assert_eq!(names[..2], expected[..2], "{order}");
        assert_eq!(names.len(), 4, "{order}");
        let unpaged = ann.entities_list(&query[..2]).await.names();
        assert_eq!(unpaged, names, "{order}: a limit that cuts nothing off changes nothing");
    }
}

#[tokio::test]
async fn a_query_is_walked_forward_and_back() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let names = ["atlas", "Beacon", "comet", "dune", "ember"];
    for (order, expected) in [
        ("metadata.name", names),
        ("metadata.name,desc", {
            let mut reversed = names;
            reversed.reverse();
            reversed
        }),
    ] {
        let first = [("filter", "kind=component"), ("orderField", order), ("limit", "2")];
        let first = ann.entities_by_query(&first).await;
        assert_eq!(first.names(), expected[..2], "{order}");
        assert_eq!(first.json()["totalItems"], 5);
        assert_eq!(cursor(&first, "prevCursor"), None);

        let next = async |page: &Answer, name: &str| {
            let cursor = cursor(page, name).unwrap();
            ann.entities_by_query(&[("cursor", &cursor), ("limit", "2")]).await
        };
        let second = next(&first, "nextCursor").await;
        assert_eq!(second.names(), expected[2..4], "{order}");
        let third = next(&second, "nextCursor").await;
        assert_eq!(third.names(), expected[4..], "{order}");
        assert_eq!(cursor(&third, "nextCursor"), None);
        assert_eq!(third.json()["totalItems"], 5);

        let back = next(&third, "prevCursor").await;
        assert_eq!(back.names(), expected[2..4], "{order}");
        let start = next(&back, "prevCursor").await;
        assert_eq!(start.names(), expected[..2], "{order}");
        assert_eq!(cursor(&start, "prevCursor"), None, "the first page again");
        assert!(cursor(&start, "nextCursor").is_some());
    }
}

#[tokio::test]
async fn every_entity_appears_once_on_the_pages_of_any_order() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let mut all = ann.entities_list(&[]).await.names();
    all.sort();
    let orders: [&[(&str, &str)]; 4] = [
        &[],
        &[("orderField", "kind")],
        &[("orderField", "metadata.title,desc"), ("orderMissing", "last")],
        &[("orderField", "spec.lifecycle"), ("orderMissing", "last")],
    ];
    for order in orders {
        let mut page = ann.entities_by_query(&[order, &[("limit", "3")]].concat()).await;
        let mut seen = page.names();
        while let Some(next) = cursor(&page, "nextCursor") {
            page = ann.entities_by_query(&[("cursor", &next), ("limit", "3")]).await;
            seen.extend(page.names());
            assert!(seen.len() <= all.len(), "{order:?}: {seen:?}");
        }
        seen.sort();
        assert_eq!(seen, all, "{order:?}");
    }
}

#[tokio::test]
async fn entities_without_the_field_of_the_order_are_left_out_unless_asked_for() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let query = [("filter", "kind=component"), ("orderField", "metadata.title,asc")];
    let page = ann.entities_by_query(&query).await;
    assert_eq!(page.names(), ["comet", "atlas"]);
    assert_eq!(page.json()["totalItems"], 2);

    let page = ann.entities_by_query(&[&query[..], &[("orderMissing", "last"), ("limit", "3")]].concat()).await;
    assert_eq!(page.names()[..2], ["comet", "atlas"]);
    assert_eq!(page.json()["totalItems"], 5);
    let rest = cursor(&page, "nextCursor").unwrap();
    assert_eq!(ann.entities_by_query(&[("cursor", &rest)]).await.names().len(), 2, "the cursor remembers `last`");
}

#[tokio::test]
async fn a_cursor_brings_back_the_question_and_takes_fields_and_limit_anew() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let first = [("filter", "kind=component"), ("orderField", "metadata.name"), ("limit", "1"), ("fields", "kind")];
    let first = ann.entities_by_query(&first).await;
    assert_eq!(first.json()["items"], json!([{"kind": "Component"}]));
    let next = cursor(&first, "nextCursor").unwrap();
    let ignored = [("filter", "kind=api"), ("orderField", "kind,desc"), ("offset", "3"), ("totalItems", "exclude")];
    let page = ann.entities_by_query(&[&ignored[..], &[("cursor", &next)]].concat()).await;
    assert_eq!(page.names(), ["Beacon", "comet", "dune", "ember"]);
    assert_eq!(page.json()["totalItems"], 5);
}

#[tokio::test]
async fn a_client_goes_on_by_post_with_the_cursor_of_a_get() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let first = [("filter", "kind=component"), ("orderField", "metadata.name"), ("limit", "2")];
    let first = ann.entities_by_query(&first).await;
    let next = cursor(&first, "nextCursor").unwrap();
    let decoded: Value = serde_json::from_slice(&STANDARD.decode(&next).unwrap()).unwrap();
    assert_eq!(decoded["query"], json!({"kind": "component"}), "its presence makes clients go on by POST");
    assert_eq!(decoded["orderFields"], json!([{"field": "metadata.name", "order": "asc"}]));
    assert_eq!(decoded["isPrevious"], false);
    assert_eq!(decoded["totalItems"], 5);
    assert_eq!(decoded["orderFieldValues"][0], "beacon");

    let second = ann.entities_by_predicate(&json!({"cursor": next, "limit": 2})).await;
    assert_eq!(second.names(), ["comet", "dune"]);
    let third = cursor(&second, "nextCursor").unwrap();
    assert_eq!(ann.entities_by_query(&[("cursor", &third)]).await.names(), ["ember"], "and back to GET");
}

#[tokio::test]
async fn a_total_stays_as_it_was_on_the_first_page() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let first = ann.entities_by_query(&[("filter", "kind=component"), ("limit", "2")]).await;
    let next = cursor(&first, "nextCursor").unwrap();
    let mut changes = ann.catalog_events().await;
    app.file_write("catalog/more.yaml", &crate::support::descriptors::component("fable", "New."));
    changes.announces("component:default/fable").await;
    let count = ann.entities_by_query(&[("filter", "kind=component"), ("limit", "0")]).await;
    assert_eq!(count.json()["totalItems"], 6);
    let second = ann.entities_by_query(&[("cursor", &next), ("limit", "2")]).await;
    assert_eq!(second.json()["totalItems"], 5);
}

#[tokio::test]
async fn a_page_may_be_empty_uncounted_or_start_later() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let components = ("filter", "kind=component");
    let none = ann.entities_by_query(&[components, ("limit", "0")]).await.json();
    assert_eq!(none, json!({"items": [], "totalItems": 5, "pageInfo": {}}));
    let uncounted = ann.entities_by_query(&[components, ("totalItems", "exclude")]).await.json();
    assert_eq!((uncounted["totalItems"].as_u64(), uncounted["items"].as_array().unwrap().len()), (Some(0), 5));
    assert_eq!(uncounted["pageInfo"], json!({}));

    let later = [components, ("orderField", "metadata.name"), ("offset", "3"), ("limit", "1")];
    let later = ann.entities_by_query(&later).await;
    assert_eq!(later.names(), ["dune"]);
    assert_eq!(cursor(&later, "prevCursor"), None, "a first request is the first page");
    assert_eq!(later.json()["totalItems"], 5);
    let beyond = ann.entities_by_query(&[components, ("offset", "9")]).await.json();
    assert_eq!(beyond, json!({"items": [], "totalItems": 5, "pageInfo": {}}));
}

#[tokio::test]
async fn text_is_searched_in_the_fields_that_are_named() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let text =
        |term: &'static str, fields: &'static str| [("fullTextFilterTerm", term), ("fullTextFilterFields", fields)];
    assert_eq!(sorted(&ann.entities_by_query(&text("MAPS", "metadata.name,metadata.description")).await), ["atlas"]);
    assert_eq!(ann.entities_by_query(&text("maps", "metadata.name")).await.names(), Vec::<String>::new());
    let by_order = [("fullTextFilterTerm", "app"), ("orderField", "metadata.title")];
    assert_eq!(ann.entities_by_query(&by_order).await.names(), ["comet"], "by default the field of the order");
    let blank = [("fullTextFilterTerm", "  "), ("filter", "kind=api")];
    assert_eq!(ann.entities_by_query(&blank).await.names(), ["orders"]);

    let body = json!({"fullTextFilter": {"term": "e", "fields": ["metadata.name"]}, "query": {"kind": "component"},
        "orderBy": [{"field": "metadata.name", "order": "asc"}], "limit": 2});
    let page = ann.entities_by_predicate(&body).await;
    assert_eq!(page.names(), ["Beacon", "comet"]);
    let next = cursor(&page, "nextCursor").unwrap();
    assert_eq!(ann.entities_by_query(&[("cursor", &next)]).await.names(), ["dune", "ember"]);
}

#[tokio::test]
async fn predicates_choose_entities() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for (query, expected) in [
        (json!({"kind": "COMPONENT", "spec.type": "service"}), &["atlas", "comet", "ember"][..]),
        (json!({"$all": [{"kind": "component"}, {"$not": {"spec.type": "service"}}]}), &["Beacon", "dune"]),
        (json!({"$any": [{"kind": "api"}, {"metadata.namespace": "ops"}]}), &["dune", "orders"]),
        (json!({"kind": {"$in": ["API", "system"]}}), &["orders", "payments"]),
        (json!({"kind": "component", "metadata.title": {"$exists": false}}), &["Beacon", "dune", "ember"]),
        (json!({"kind": "component", "metadata.name": {"$hasPrefix": "B"}}), &["Beacon"]),
        (json!({"metadata.tags": {"$contains": "java"}}), &["atlas", "orders"]),
        (
            json!({"kind": "component", "relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/team-b"}}}),
            &["Beacon", "dune"],
        ),
        (json!({"relations": {"$contains": {"type": "providesApi"}}}), &["atlas"]),
        (json!({"$any": []}), &[]),
        (json!({"kind": {"$in": []}}), &[]),
    ] {
        let page = ann.entities_by_predicate(&json!({"query": query})).await;
        assert_eq!(sorted(&page), expected, "{query}");
        assert_eq!(page.json()["totalItems"], expected.len(), "{query}");
    }
    let n_all = ann.entities_list(&[]).await.names().len();
    for everything in [json!({}), json!({"query": {}}), json!({"query": {"$all": []}}), json!({"unknown": 1})] {
        assert_eq!(ann.entities_by_predicate(&everything).await.names().len(), n_all, "{everything}");
    }
}

#[tokio::test]
async fn references_are_answered_in_their_order() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let refs = ["component:ops/dune", "component:default/none", "component:default/beacon", "component:ops/dune"];
    let full = ann.entities_by_refs(&[], &json!({"entityRefs": refs})).await.json();
    let names: Vec<_> =
        full["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].as_str()).collect();
    assert_eq!(names, [Some("dune"), None, Some("Beacon"), Some("dune")]);
    assert!(full["items"][1].is_null());

    // As they are: neither completed nor lowered.
    let loose = ["Component:default/beacon", "component:beacon", "beacon", "", "component:default/Beacon"];
    let items = ann.entities_by_refs(&[], &json!({"entityRefs": loose})).await.json();
    assert_eq!(items, json!({"items": [null, null, null, null, null]}));
    assert_eq!(ann.entities_by_refs(&[], &json!({"entityRefs": []})).await.json(), json!({"items": []}));

    let fields = json!({"entityRefs": refs, "fields": ["metadata.namespace", "spec.nothing"]});
    let fields = ann.entities_by_refs(&[], &fields).await.json();
    let dune = json!({"metadata": {"namespace": "ops"}});
    assert_eq!(fields["items"][0], dune);
    assert!(fields["items"][1].is_null());

    // Both conditions must hold.
    let body = json!({"entityRefs": refs, "fields": ["metadata.name"], "query": {"kind": "component"}});
    let both = ann.entities_by_refs(&[("filter", "metadata.namespace=ops")], &body).await.json();
    let dune = json!({"metadata": {"name": "dune"}});
    assert_eq!(both["items"], json!([dune, null, null, dune]));
}

#[tokio::test]
async fn an_entity_is_found_by_name_in_any_case_and_by_uid() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let by_name = ann.entity_get("COMPONENT/Default/ATLAS").await;
    let entity = by_name.json();
    let folder = app.folder().canonicalize().unwrap();
    let location = format!("file:{}", folder.join("catalog/all.yaml").display());
    let origin = format!("file:{}", folder.join("catalog/*.yaml").display());
    assert_eq!(entity["apiVersion"], "backstage.io/v1alpha1");
    assert_eq!(entity["metadata"]["annotations"]["backstage.io/managed-by-location"], location);
    assert_eq!(entity["metadata"]["annotations"]["backstage.io/managed-by-origin-location"], origin);
    assert_eq!(entity["metadata"]["annotations"]["example.com/tier"], "gold");
    assert_eq!(entity["metadata"]["namespace"], "default");
    assert_eq!(
        entity["relations"],
        json!([
            {"type": "ownedBy", "targetRef": "group:default/team-a"},
            {"type": "partOf", "targetRef": "system:default/payments"},
            {"type": "providesApi", "targetRef": "api:default/orders"},
        ])
    );
    let uid = entity["metadata"]["uid"].as_str().unwrap();
    assert_eq!(ann.entity_get_by_uid(uid).await.body, by_name.body, "the same bytes");
    assert_eq!(by_name.header("etag"), None);
}

#[tokio::test]
async fn facets_count_values_and_are_tagged() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let query = [
        ("facet", "metadata.tags"),
        ("facet", "relations.ownedBy"),
        ("facet", "Spec.Nothing"),
        ("filter", "kind=component"),
    ];
    let answer = ann.entity_facets(&query).await;
    let counts = |values: &[(&str, u32)]| {
        Value::from_iter(values.iter().map(|(value, count)| json!({"value": value, "count": count})))
    };
    let expected = json!({"facets": {
        "metadata.tags": counts(&[("java", 1), ("rust", 1), ("web", 1)]),
        "relations.ownedBy": counts(&[("group:default/team-a", 3), ("group:default/team-b", 2)]),
        "Spec.Nothing": [],
    }});
    assert_eq!(answer.json(), expected);
    let body =
        json!({"facets": ["metadata.tags", "relations.ownedBy", "Spec.Nothing"], "query": {"kind": "component"}});
    assert_eq!(ann.entity_facets_by_predicate(&body).await.json(), expected);
    let kinds = ann.entity_facets(&[("facet", "kind")]).await.json();
    let api = &kinds["facets"]["kind"][0];
    assert_eq!(*api, json!({"value": "API", "count": 1}), "original spelling, sorted");

    let tag = answer.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let path = answer.url.as_str();
    let again = ann.get_with(path, ("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", Some(tag.as_str())));
    assert_eq!(ann.get_with(path, ("if-none-match", "W/\"other\"")).await.status, 200);

    // A change gives another tag.
    let mut changes = ann.catalog_events().await;
    app.file_write("catalog/more.yaml", &crate::support::descriptors::component("fable", "New."));
    changes.announces("component:default/fable").await;
    assert_eq!(ann.get_with(path, ("if-none-match", &tag)).await.status, 200);
}

#[tokio::test]
async fn only_the_fields_that_are_asked_for_are_sent() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let atlas = ("filter", "metadata.name=atlas");
    for (fields, expected) in [
        (&["kind,metadata.name"][..], json!({"kind": "Component", "metadata": {"name": "atlas"}})),
        (&["kind", " metadata.tags ,kind"], json!({"kind": "Component", "metadata": {"tags": ["java", "web"]}})),
        (
            &["metadata.annotations.example.com/tier"],
            json!({"metadata": {"annotations": {"example.com/tier": "gold"}}}),
        ),
        (&["spec.nothing", "Kind"], json!({})),
    ] {
        let query: Vec<_> = std::iter::once(atlas).chain(fields.iter().map(|field| ("fields", *field))).collect();
        assert_eq!(ann.entities_list(&query).await.json(), json!([expected]), "{fields:?}");
        assert_eq!(ann.entities_by_query(&query).await.json()["items"], json!([expected]), "{fields:?}");
        let body = json!({"query": {"metadata.name": "atlas"}, "fields": fields});
        if fields.len() == 1 && !fields[0].contains(',') {
            assert_eq!(ann.entities_by_predicate(&body).await.json()["items"], json!([expected]), "{fields:?}");
        }
    }
    let nothing_left = ann.entities_list(&[atlas, ("fields", " , ")]).await.json();
    assert!(nothing_left[0]["spec"].is_object(), "no projection");
}

#[tokio::test]
async fn a_long_list_is_streamed_whole() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let mut changes = ann.catalog_events().await;
    app.file_write("catalog/many.yaml", &crate::support::descriptors::components("many", 1200));
    changes.announces("component:default/many-0000").await;
    let list = ann.entities_list(&[("filter", "metadata.description")]).await;
    assert_eq!(list.names().len(), 1201);
    assert_eq!(list.header("etag"), None);
    let page = ann.entities_by_query(&[("filter", "kind=component")]).await;
    assert_eq!((page.names().len(), page.json()["totalItems"].as_u64()), (200, Some(1205)), "200 a page by default");
}

#[tokio::test]
async fn facets_follow_a_text() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let text = [("facet", "metadata.name"), ("fullTextFilterTerm", " ATL "), ("fullTextFilterFields", "metadata.name")];
    let counts = json!({"facets": {"metadata.name": [{"value": "atlas", "count": 1}]}});
    assert_eq!(ann.entity_facets(&text).await.json(), counts);
    let body = json!({"facets": ["metadata.name"], "fullTextFilter": {"term": "atl", "fields": ["metadata.name"]}});
    assert_eq!(ann.entity_facets_by_predicate(&body).await.json(), counts);
}

#[tokio::test]
async fn a_graph_tells_what_is_around_an_entity() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let query = [("root", "component:atlas"), ("relation", "providesApi,partOf"), ("depth", "2")];
    let graph = ann.entity_graph(&query).await.json();
    let names: Vec<_> =
        graph["nodes"].as_array().unwrap().iter().map(|node| node["entityRef"].as_str().unwrap()).collect();
    assert_eq!(names, ["component:default/atlas", "system:default/payments", "api:default/orders"]);
    assert_eq!(graph["nodes"][0]["title"], "Zebra");
    assert_eq!(graph["isTruncated"], false);
    assert_eq!(
        graph["edges"][0],
        json!({"sourceRef": "component:default/atlas", "type": "partOf", "targetRef": "system:default/payments"})
    );
    ann.entity_graph(&[]).await.error(400, "InputError");
    app.anonymous().entity_graph(&query).await.error(401, "AuthenticationError");
}

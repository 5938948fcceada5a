//! Cycles in a graph.

use std::collections::{BTreeMap, BTreeSet};

/// For each node, the nodes that it points to.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The cycles of a graph: each is the set of nodes that reach each other.
pub(super) fn cycles(graph: &Graph) -> BTreeSet<Vec<String>> {
    let reachable: Graph = graph.keys().map(|node| (node.clone(), reachable_from(graph, node))).collect();
    let cycle_of = |node: &String| {
        let reach_each_other = |other: &&String| reachable[node].contains(*other) && reachable[*other].contains(node);
        graph.keys().filter(reach_each_other).cloned().collect::<Vec<_>>()
    };
    graph.keys().map(cycle_of).filter(|cycle| !cycle.is_empty()).collect()
}

fn reachable_from(graph: &Graph, node: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let targets = graph.get(node).into_iter().flatten();
        pending.extend(targets.filter(|target| reached.insert((*target).clone())).map(String::as_str));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(edges: &[(&str, &str)]) -> Vec<Vec<String>> {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry((*to).to_owned()).or_default();
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        cycles(&graph).into_iter().collect()
    }

    #[test]
    fn a_tree_has_no_cycle() {
        assert_eq!(found(&[("a", "b"), ("a", "c"), ("b", "c")]), Vec::<Vec<String>>::new());
    }

    #[test]
    fn every_cycle_is_found_once() {
        assert_eq!(
            found(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "c")]),
            [vec!["a", "b"], vec!["c", "d", "e"]]
        );
    }
}

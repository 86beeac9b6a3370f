//! Places for components that have none: in columns along the calls, top to bottom within a column.

use super::{Model, Point};

/// From one column to the next.
const COLUMN: f64 = 236.0;
/// From one row to the next.
const ROW: f64 = 132.0;

impl Model {
    /// Gives every component a place, by the longest way of calls to it; existing places are overwritten.
    pub fn lay_out(&mut self) {
        let columns = self.columns();
        let tallest = columns.iter().map(Vec::len).max().unwrap_or(0) as f64;
        for (column, members) in columns.iter().enumerate() {
            let top = (tallest - members.len() as f64) * ROW / 2.0;
            for (row, member) in members.iter().enumerate() {
                let (x, y) = (column as f64 * COLUMN, top + row as f64 * ROW);
                self.components[*member].at = Some(Point { x, y });
            }
        }
    }

    /// Lays the model out when any component has no place.
    pub fn lay_out_if_needed(&mut self) {
        if self.components.iter().any(|c| c.at.is_none()) {
            self.lay_out();
        }
    }

    fn columns(&self) -> Vec<Vec<usize>> {
        let index = |id: &str| self.components.iter().position(|c| c.id == id);
        let links: Vec<(usize, usize)> =
            self.links.iter().filter_map(|l| Some((index(&l.from)?, index(&l.to)?))).collect();
        let mut depth = vec![0_usize; self.components.len()];
        // Longest path; the bound stops it where calls go round in a circle.
        for _ in 0..self.components.len().min(64) {
            for (from, to) in &links {
                depth[*to] = depth[*to].max(depth[*from] + 1).min(63);
            }
        }
        let mut columns = vec![Vec::new(); depth.iter().max().map_or(0, |d| d + 1)];
        for (member, column) in depth.iter().enumerate() {
            columns[*column].push(member);
        }
        order_rows(&mut columns, &links);
        columns.retain(|column| !column.is_empty());
        columns
    }
}

/// Orders each column by the mean row of the callers, so that links cross less.
fn order_rows(columns: &mut [Vec<usize>], links: &[(usize, usize)]) {
    for column in 1..columns.len() {
        let (before, rest) = columns.split_at_mut(column);
        let row_of = |member: usize| before.iter().find_map(|c| c.iter().position(|m| *m == member));
        let mut ordered: Vec<(f64, usize)> = Vec::new();
        for member in std::mem::take(&mut rest[0]) {
            let (mut sum, mut callers) = (0, 0);
            for row in links.iter().filter(|l| l.1 == member).filter_map(|l| row_of(l.0)) {
                sum += row;
                callers += 1;
            }
            let mean = sum as f64 / callers.max(1) as f64;
            ordered.insert(ordered.partition_point(|before| before.0 <= mean), (mean, member));
        }
        rest[0] = ordered.into_iter().map(|(_, member)| member).collect();
    }
}

#[cfg(test)]
mod tests {
    use crate::components::{Kind, Settings};
    use crate::model::Model;

    #[test]
    fn a_chain_becomes_a_row_and_no_two_components_overlap() {
        let chain = ["a", "b", "c", "d"];
        let mut model = Model::new("chain");
        for id in chain {
            let settings: Settings = Kind::Service.defaults();
            model = model.with(id, settings);
        }
        let mut model = model.chain(&chain).chain(&["a", "d"]);
        model.lay_out();
        let xs: Vec<f64> = model.components.iter().filter_map(|c| c.at).map(|p| p.x).collect();
        assert!(xs.windows(2).all(|w| w[1] >= w[0] + 200.0), "{xs:?}");
    }
}

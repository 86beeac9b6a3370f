//! Edits by name; what must hold of all of them is in `properties`.

use serde_json::json;
use tenfold::edit::Edit;
use tenfold::presets;

#[test]
fn a_batch_is_refused_as_a_whole_and_tells_the_path() {
    let mut model = presets::ALL[0].model();
    let before = model.clone();
    let good = Edit::Set { field: "seed".into(), value: json!(9) };
    let bad = Edit::SetComponent { id: "app".into(), field: "instances".into(), value: json!(-1) };
    let errors =
        Edit::Batch { edits: vec![good, bad] }.apply(&mut model).expect_err("-1 instances are too few");
    assert_eq!(errors[0].to_string(), "components[\"app\"].instances: -1 is outside 0 to 10000");
    assert_eq!(model, before);
}

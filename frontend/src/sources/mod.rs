//! Where entities come from: bringing sources in, seeing why something is as it is or missing, what fails, taking out.

mod descriptor;
mod descriptor_form;
mod entity_field;
mod excerpt;
mod extensions;
mod fields;
mod inspect_page;
mod places;
mod preview_list;
mod problem_count;
mod problems_page;
mod problems_view;
mod processing;
mod refresh;
mod register_page;
mod registration;
mod sentence;
mod source_page;
mod text_check;
mod unregister;

pub use extensions::extensions;
pub use places::inspect_location;
pub use problem_count::ProblemCount;
pub use unregister::Unregistering;

//! stub
pub mod sku {
    pub fn from(_: super::super::wire::Sku) -> Option<(String, Option<u32>, Option<String>)> {
        None
    }
}

//! stub
use super::{catalogue::Catalogue, holdings::Holdings, manager::Lists};
use crate::{
    model::{Kind, Resources},
    provider::Failure,
};
pub struct Reader<'a> {
    pub subscription: &'a str,
    pub name: Option<&'a str>,
    pub holdings: &'a Holdings,
    pub lists: &'a Lists,
    pub catalogue: &'a Catalogue,
}
impl Reader<'_> {
    pub async fn read(&self, _: Kind, _: &mut Resources) -> Result<(), Failure> {
        Ok(())
    }
}

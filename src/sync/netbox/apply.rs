//! Carries out a plan in `NetBox`: creates in bulk, changes and deletes one by one and only what is as it was planned for.
//! A bulk request knows no condition (`If-Match`), so it would overwrite what people wrote since.
//!
//! The order: names that others need are freed, records are created (those that others refer to first), references to
//! what is created later are written, records are changed, then those that are gone are marked or deleted (those that others
//! refer to last).

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use super::chunk_size::ChunkSize;
use super::client::{NetboxClient, Object, RequestError, id_of};
use super::current::{CurrentObjects, etag_of_listed};
use super::names::MACHINE_NAME;
use super::object_type::{
    DELETED_FIELD, ID_FIELD, MACHINE, OBJECT_TYPES, OWNER_FIELD, ObjectType, SEEN_FIELD, TAG,
    object_type_of_kind,
};
use super::objects::{
    ObjectIndex, additions, key_of, owner_mark, put_custom_field, read_field, seen_at, write_fields,
};
use crate::diagnostic::Diagnostic;
use crate::sync::short_id::truncate;
use crate::sync::{
    Action, AppliedStep, ApplyProgress, FieldDifference, FieldValue, Owner, OwnerMark, Step, SyncPlan,
};

/// Objects that are read at once before they are changed.
const OBJECTS_READ_BEFORE_CHANGE: usize = 100;
/// Objects that are read at once before they are deleted. What people add to the last of them meanwhile would go with it.
const OBJECTS_READ_BEFORE_REMOVAL: usize = 25;
/// How many requests are under way at once. `NetBox` has few workers, which others need too.
pub const REQUESTS_AT_ONCE: usize = 2;

/// Why a step was not carried out.
enum StepError {
    /// The object is not as it was when the plan was made.
    Overtaken,
    /// The object is not there any more.
    Missing,
    /// `NetBox` refuses it, which may change when others are done.
    Refused(Diagnostic),
    /// It fails.
    Failed(Diagnostic),
    /// The token may not do it.
    Denied(Diagnostic),
    /// `NetBox` does not answer any more.
    Unreachable(Diagnostic),
}

impl From<RequestError> for StepError {
    fn from(error: RequestError) -> Self {
        match error.status.map(|status| status.as_u16()) {
            _ if error.is_unavailable => Self::Unreachable(error.diagnostic),
            Some(404) => Self::Missing,
            Some(412) => Self::Overtaken,
            Some(401 | 403) => Self::Denied(error.diagnostic),
            Some(400 | 409) => Self::Refused(error.diagnostic),
            _ => Self::Failed(error.diagnostic),
        }
    }
}

/// A plan that is being carried out.
pub struct NetboxApplication<'a> {
    client: &'a NetboxClient,
    plan: &'a SyncPlan,
    progress: &'a dyn ApplyProgress,
    index: ObjectIndex,
    /// What became of each step so far.
    outcomes: Vec<Option<AppliedStep>>,
    /// How many steps are over.
    done: usize,
    /// The names that machines were given to free their own, by step.
    freed: HashMap<usize, String>,
    chunk_size: ChunkSize,
    /// Whether nothing more is tried.
    is_over: bool,
    /// Whether description is written by us.
    is_description_ours: bool,
}

impl<'a> NetboxApplication<'a> {
    /// Begins to carry out a plan. `index` is of what was read for the plan.
    pub fn new(
        client: &'a NetboxClient,
        plan: &'a SyncPlan,
        index: ObjectIndex,
        is_description_ours: bool,
        progress: &'a dyn ApplyProgress,
    ) -> Self {
        let outcomes = vec![None; plan.steps.len()];
        Self {
            client,
            plan,
            progress,
            index,
            outcomes,
            done: 0,
            freed: HashMap::new(),
            chunk_size: ChunkSize::new(),
            is_over: false,
            is_description_ours,
        }
    }

    /// Carries out all steps, and returns what became of each.
    pub async fn run(mut self) -> Vec<AppliedStep> {
        self.free_names().await;
        for object_type in &OBJECT_TYPES {
            self.create(object_type).await;
        }
        for object_type in &OBJECT_TYPES {
            self.write_later_fields(object_type).await;
        }
        self.change().await;
        self.remove().await;
        self.outcomes.into_iter().map(|outcome| outcome.unwrap_or(AppliedStep::NotTried)).collect()
    }

    fn is_over(&self) -> bool {
        self.is_over || self.progress.is_stopped()
    }

    /// Lists the steps with one of these actions that are not over, of all kinds or of one.
    fn unfinished_steps(&self, actions: &[Action], kind: Option<&str>) -> Vec<usize> {
        let is_unfinished = |step_index: &usize| {
            let step = &self.plan.steps[*step_index];
            self.outcomes[*step_index].is_none()
                && actions.contains(&step.action)
                && kind.is_none_or(|kind| step.record.kind == kind)
        };
        (0..self.plan.steps.len()).filter(is_unfinished).collect()
    }

    fn conclude(&mut self, step_index: usize, result: Result<(), StepError>) {
        let step = &self.plan.steps[step_index];
        let context = |diagnostic: Diagnostic| {
            AppliedStep::Failed(diagnostic.context(format!("{} {}", step.record.kind, step.record.key)))
        };
        self.outcomes[step_index] = Some(match result {
            Ok(()) => AppliedStep::Done,
            Err(StepError::Overtaken | StepError::Missing) => AppliedStep::Overtaken,
            Err(
                StepError::Refused(diagnostic)
                | StepError::Failed(diagnostic)
                | StepError::Denied(diagnostic),
            ) => context(diagnostic),
            Err(StepError::Unreachable(diagnostic)) => {
                self.is_over = true;
                context(diagnostic)
            }
        });
        self.done += 1;
        self.progress.steps_done(self.done, self.outcomes.len());
    }

    /// Renames machines whose name another machine gets in this plan: names of a cluster are unique.
    async fn free_names(&mut self) {
        let plan = self.plan;
        let wanted: HashSet<(String, String)> =
            plan.steps.iter().filter_map(|step| name_in_cluster(step, |difference| &difference.to)).collect();
        let is_in_the_way = |step: &Step| {
            let name = match step.action {
                Action::Create | Action::Adopt => None,
                Action::Change => name_in_cluster(step, |difference| &difference.from),
                Action::Mark | Action::Delete => {
                    let name = step.record.fields.get("name");
                    name.and_then(|name| Some((cluster_of(step)?, lowercase(name)?)))
                }
            };
            name.is_some_and(|name| wanted.contains(&name))
        };
        for (step_index, step) in plan.steps.iter().enumerate().filter(|(_, step)| is_in_the_way(step)) {
            if self.is_over() {
                return;
            }
            let Ok((object, etag)) = self.fetch(step).await else { continue };
            let name = freed_name(&object);
            let body = json!({ "name": name });
            // If it fails, so does the step that needs the name, and says why.
            if self.client.send(Method::PATCH, &path_of(step), Some(&body), etag.as_ref()).await.is_ok() {
                self.freed.insert(step_index, name);
            }
        }
    }

    async fn create(&mut self, object_type: &'static ObjectType) {
        // What refers to objects that were not tried has not failed.
        if self.is_over() {
            return;
        }
        let mut bodies = Vec::new();
        for step_index in self.unfinished_steps(&[Action::Create], Some(object_type.kind)) {
            match self.new_object(&self.plan.steps[step_index], object_type) {
                Ok(body) => bodies.push((step_index, body)),
                Err(missing) => self.conclude(step_index, Err(StepError::Failed(missing))),
            }
        }
        let (client, mut rest) = (self.client, bodies.as_slice());
        while !rest.is_empty() {
            if self.is_over() {
                return;
            }
            let size = self.chunk_size.objects();
            let (batch, after) = rest.split_at(rest.len().min(size * REQUESTS_AT_ONCE));
            rest = after;
            let requests = batch.chunks(size).map(|chunk| create_chunk(client, object_type, chunk));
            let mut created = Vec::new();
            for (objects, took) in join_all(requests).await {
                self.chunk_size.note_request(objects.len(), took);
                created.extend(objects);
            }
            let is_denied = created.iter().all(|(_, created)| matches!(created, Err(StepError::Denied(_))));
            for (step_index, created) in created {
                self.note_created(step_index, created, object_type);
            }
            if is_denied {
                return self.deny_the_rest(object_type);
            }
        }
    }

    fn note_created(&mut self, step_index: usize, created: Result<u64, StepError>, object_type: &ObjectType) {
        let step = &self.plan.steps[step_index];
        match created {
            Ok(id) => {
                self.index.insert(object_type.kind, &step.record.key, id);
                if later_fields(step, object_type).is_empty() {
                    self.conclude(step_index, Ok(()));
                }
            }
            Err(error) => self.conclude(step_index, Err(error)),
        }
    }

    /// Gives up a kind of which nothing may be created.
    fn deny_the_rest(&mut self, object_type: &ObjectType) {
        for step_index in self.unfinished_steps(&[Action::Create], Some(object_type.kind)) {
            let message = format!("the token may not create objects of the type {}", object_type.name);
            self.conclude(step_index, Err(StepError::Denied(Diagnostic::new(message))));
        }
    }

    /// Returns the body that creates an object.
    fn new_object(&self, step: &Step, object_type: &ObjectType) -> Result<Object, Diagnostic> {
        let is_now = |difference: &&FieldDifference| !is_later(object_type, &difference.field);
        let mut object = self.fields(step.differences.iter().filter(is_now), object_type)?;
        self.put_mark(&mut object, step);
        object.insert("tags".to_owned(), json!([{ "slug": TAG }]));
        Ok(object)
    }

    /// Returns the fields that differ as `NetBox` takes them.
    fn fields<'d>(
        &self,
        differences: impl Iterator<Item = &'d FieldDifference>,
        object_type: &ObjectType,
    ) -> Result<Object, Diagnostic> {
        let fields = differences.map(|difference| (difference.field.as_str(), &difference.to));
        write_fields(fields, object_type, &self.index)
            .map_err(|(kind, key)| Diagnostic::new(format!("there is no {kind} {key} in NetBox")))
    }

    /// Puts into a body what says which record an object is, whose, and from which inventory.
    fn put_mark(&self, body: &mut Object, step: &Step) {
        let mark = OwnerMark {
            target: self.plan.target.clone(),
            scope: step.record.scope.clone(),
            is_adopted: step.is_adopted,
        };
        put_custom_field(body, ID_FIELD, step.record.key.as_str().into());
        put_custom_field(body, OWNER_FIELD, mark.to_string().into());
        put_custom_field(body, SEEN_FIELD, time_text(self.plan.seen_at).into());
    }

    /// Writes the references of created objects to what was created after them.
    async fn write_later_fields(&mut self, object_type: &'static ObjectType) {
        // What they refer to may not have been tried.
        if self.is_over() {
            return;
        }
        let mut bodies = Vec::new();
        for step_index in self.unfinished_steps(&[Action::Create], Some(object_type.kind)) {
            let step = &self.plan.steps[step_index];
            let Some(id) = self.index.id(object_type.kind, &step.record.key) else { continue };
            match self.fields(later_fields(step, object_type).into_iter(), object_type) {
                Ok(mut body) => {
                    body.insert("id".to_owned(), id.into());
                    bodies.push((step_index, body));
                }
                Err(missing) => self.conclude(step_index, Err(StepError::Failed(missing))),
            }
        }
        let mut rest = bodies.as_slice();
        while !rest.is_empty() {
            if self.is_over() {
                return;
            }
            let (chunk, after) = rest.split_at(rest.len().min(self.chunk_size.objects()));
            rest = after;
            let begin = Instant::now();
            self.patch_chunk(object_type, chunk).await;
            self.chunk_size.note_request(chunk.len(), begin.elapsed());
        }
    }

    /// Changes objects in one request; one by one if any of them is refused, or all are too slow together.
    async fn patch_chunk(&mut self, object_type: &ObjectType, chunk: &[(usize, Object)]) {
        let all = chunk.iter().map(|(_, body)| Value::Object(body.clone())).collect();
        let sent = self.client.send(Method::PATCH, object_type.path, Some(&Value::Array(all)), None).await;
        match sent {
            Err(error) if error.is_divisible() || error.is_too_slow() => {
                self.patch_each(object_type, chunk).await;
            }
            sent => {
                for (step_index, _) in chunk {
                    self.conclude(
                        *step_index,
                        sent.as_ref().map(|_| ()).map_err(|error| error.clone().into()),
                    );
                }
            }
        }
    }

    async fn patch_each(&mut self, object_type: &ObjectType, chunk: &[(usize, Object)]) {
        for (step_index, body) in chunk {
            if self.is_over() {
                return;
            }
            let path = format!("{}{}/", object_type.path, id_of(body).unwrap_or_default());
            let sent = self.client.send(Method::PATCH, &path, Some(&body.clone().into()), None).await;
            self.conclude(*step_index, sent.map(drop).map_err(StepError::from));
        }
    }

    /// Changes and adopts. What is refused is tried once more after the others: an address cannot leave an interface as
    /// long as it is the primary one of the machine.
    async fn change(&mut self) {
        let first = self.unfinished_steps(&[Action::Change, Action::Adopt], None);
        let refused = self.change_all(first, true).await;
        self.change_all(refused, false).await;
    }

    /// Changes the objects of these steps, and returns those that were refused and may be tried again.
    async fn change_all(&mut self, steps: Vec<usize>, is_repeatable: bool) -> Vec<usize> {
        let mut refused = Vec::new();
        for (object_type, batch) in self.batches(&steps, OBJECTS_READ_BEFORE_CHANGE) {
            if self.is_over() {
                break;
            }
            let Some(current) = self.read_current(object_type, &batch, false).await else { continue };
            let (this, current) = (&*self, &current);
            let changes = stream::iter(batch).map(|step_index| async move {
                (step_index, this.write(step_index, object_type, current).await)
            });
            let results: Vec<_> = changes.buffer_unordered(REQUESTS_AT_ONCE).collect().await;
            for (step_index, result) in results {
                match result {
                    Err(StepError::Refused(_)) if is_repeatable => refused.push(step_index),
                    result => self.conclude(step_index, result),
                }
            }
        }
        refused
    }

    /// Groups steps by their types, in their order, `most` at most.
    fn batches(&self, steps: &[usize], most: usize) -> Vec<(&'static ObjectType, Vec<usize>)> {
        let kind = |step_index: &usize| self.plan.steps[*step_index].record.kind.as_str();
        let of_one_kind = steps.chunk_by(|a, b| kind(a) == kind(b));
        let batches =
            of_one_kind.filter_map(|steps| Some((object_type_of_kind(kind(steps.first()?))?, steps)));
        batches
            .flat_map(|(object_type, steps)| {
                steps.chunks(most).map(move |chunk| (object_type, chunk.to_vec()))
            })
            .collect()
    }

    /// Reads the objects of steps, and what belongs to them if they are to be deleted. If that fails, so do the steps.
    async fn read_current(
        &mut self,
        object_type: &'static ObjectType,
        batch: &[usize],
        with_parents: bool,
    ) -> Option<CurrentObjects> {
        let ids: Vec<u64> =
            batch.iter().map(|step_index| id_of_step(&self.plan.steps[*step_index])).collect();
        let read = match CurrentObjects::read(self.client, object_type, &ids).await {
            Ok(current) if with_parents => current.read_parents(self.client, object_type).await,
            read => read,
        };
        match read {
            Ok(current) => Some(current),
            Err(error) => {
                for step_index in batch {
                    self.conclude(*step_index, Err(error.clone().into()));
                }
                None
            }
        }
    }

    /// Changes, marks or deletes the object of a step. It has to be as it was planned for.
    async fn write(
        &self,
        step_index: usize,
        object_type: &'static ObjectType,
        current: &CurrentObjects,
    ) -> Result<(), StepError> {
        let step = &self.plan.steps[step_index];
        let listed = current.object(id_of_step(step)).ok_or(StepError::Overtaken)?;
        self.check_owner(step, listed)?;
        if let Some(etag) = etag_of_listed(listed).filter(|_| self.client.has_etags()) {
            match self.send(step, self.body(step_index, object_type, listed)?, Some(&etag)).await {
                // It was changed since the list was read, or this version of NetBox makes the ETag otherwise.
                Err(error) if error.is_stale() => {}
                sent => return sent.map_err(StepError::from),
            }
        }
        let (object, etag) = self.fetch(step).await?;
        self.send(step, self.body(step_index, object_type, &object)?, etag.as_ref())
            .await
            .map_err(StepError::from)
    }

    /// Changes the object of a step, or deletes it if there is no body.
    async fn send(
        &self,
        step: &Step,
        body: Option<Object>,
        etag: Option<&HeaderValue>,
    ) -> Result<(), RequestError> {
        let method = if body.is_some() { Method::PATCH } else { Method::DELETE };
        let body = body.map(Value::Object);
        self.client.send(method, &path_of(step), body.as_ref(), etag).await.map(drop)
    }

    /// Returns what is sent to change an object, as it is now; nothing to delete it.
    fn body(
        &self,
        step_index: usize,
        object_type: &ObjectType,
        object: &Object,
    ) -> Result<Option<Object>, StepError> {
        match self.plan.steps[step_index].action {
            Action::Mark => Ok(Some(self.deleted_body(step_index, object_type, object))),
            Action::Delete => self.check_for_additions(step_index, object_type, object).map(|()| None),
            Action::Create | Action::Adopt | Action::Change => {
                self.change_body(step_index, object_type, object).map(Some)
            }
        }
    }

    fn change_body(
        &self,
        step_index: usize,
        object_type: &ObjectType,
        object: &Object,
    ) -> Result<Object, StepError> {
        let step = &self.plan.steps[step_index];
        for difference in &step.differences {
            let Some(field) = object_type.fields.iter().find(|field| field.name == difference.field) else {
                continue;
            };
            let current = read_field(object, field, &self.index);
            let is_freed = difference.field == "name"
                && self.freed.get(&step_index).is_some_and(|name| current == FieldValue::Text(name.clone()));
            if current != difference.from && current != difference.to && !is_freed {
                return Err(StepError::Overtaken);
            }
        }
        let mut body = self.fields(step.differences.iter(), object_type).map_err(StepError::Failed)?;
        self.put_mark(&mut body, step);
        put_custom_field(&mut body, DELETED_FIELD, Value::Null);
        Ok(body)
    }

    /// Marks and deletes, one after the other: `NetBox` clears what refers to an object that goes, and two such requests at
    /// once would undo each other's.
    async fn remove(&mut self) {
        let steps = self.unfinished_steps(&[Action::Mark, Action::Delete], None);
        for (object_type, batch) in self.batches(&steps, OBJECTS_READ_BEFORE_REMOVAL) {
            if self.is_over() {
                return;
            }
            let Some(current) = self.read_current(object_type, &batch, true).await else { continue };
            for step_index in batch {
                if self.is_over() {
                    return;
                }
                let removed = match self.plan.steps[step_index].action {
                    Action::Mark => self.write(step_index, object_type, &current).await,
                    _ => self.delete(step_index, object_type, &current).await,
                };
                self.conclude(step_index, removed);
            }
        }
    }

    /// Returns what marks an object as deleted.
    fn deleted_body(&self, step_index: usize, object_type: &ObjectType, object: &Object) -> Object {
        let mut body = Object::new();
        self.put_mark(&mut body, &self.plan.steps[step_index]);
        put_custom_field(&mut body, DELETED_FIELD, time_text(self.plan.planned_at).into());
        if let Some(status) = object_type.deleted_status {
            body.insert("status".to_owned(), status.into());
        }
        // Its name may be that of the machine that replaces it.
        if object_type.kind == MACHINE {
            body.insert("name".to_owned(), freed_name(object).into());
        }
        body
    }

    async fn delete(
        &self,
        step_index: usize,
        object_type: &'static ObjectType,
        current: &CurrentObjects,
    ) -> Result<(), StepError> {
        let id = id_of_step(&self.plan.steps[step_index]);
        if current.object(id).is_none() {
            // It is gone already.
            return Ok(());
        }
        // What was ours is deleted already.
        if current.is_parent(id) {
            return Err(StepError::Overtaken);
        }
        match self.write(step_index, object_type, current).await {
            Err(StepError::Missing) => Ok(()),
            deleted => deleted,
        }
    }

    /// Checks that people do not own the object, and added nothing to it.
    fn check_for_additions(
        &self,
        step_index: usize,
        object_type: &ObjectType,
        object: &Object,
    ) -> Result<(), StepError> {
        let has_additions = !additions(object, object_type, self.is_description_ours).is_empty();
        if self.plan.steps[step_index].is_adopted || has_additions {
            Err(StepError::Overtaken)
        } else {
            Ok(())
        }
    }

    /// Reads the object of a step, and checks that it is as the plan says.
    async fn fetch(&self, step: &Step) -> Result<(Object, Option<HeaderValue>), StepError> {
        let answer = self.client.send(Method::GET, &path_of(step), None, None).await?;
        let Value::Object(object) = answer.body else {
            return Err(StepError::Failed(Diagnostic::new("NetBox does not answer with an object")));
        };
        self.check_owner(step, &object)?;
        Ok((object, answer.etag))
    }

    /// Checks that an object belongs to whom the plan says, and that no newer inventory was applied to it.
    fn check_owner(&self, step: &Step, object: &Object) -> Result<(), StepError> {
        let owner = owner_mark(object).map(|mark| mark.owner(&self.plan.target));
        let is_ours = match (step.action, owner) {
            (Action::Adopt, None) => true,
            (Action::Adopt, Some(_)) | (_, None) => false,
            (_, Some(owner)) => {
                let expected = if step.is_adopted { Owner::Adopted } else { Owner::Ours };
                owner == expected && key_of(object) == Some(&step.record.key)
            }
        };
        let is_newer = seen_at(object).is_some_and(|seen| seen > self.plan.seen_at);
        if is_ours && !is_newer { Ok(()) } else { Err(StepError::Overtaken) }
    }
}

/// Creates objects in one request; one by one if any of them is refused, or all are too slow together. Returns how long
/// that took too.
async fn create_chunk(
    client: &NetboxClient,
    object_type: &ObjectType,
    chunk: &[(usize, Object)],
) -> (Vec<(usize, Result<u64, StepError>)>, Duration) {
    let begin = Instant::now();
    let all = chunk.iter().map(|(_, body)| Value::Object(body.clone())).collect();
    let all_failed = |error: &dyn Fn() -> StepError| {
        chunk.iter().map(|(step_index, _)| (*step_index, Err(error()))).collect()
    };
    let created = match client.send(Method::POST, object_type.path, Some(&Value::Array(all)), None).await {
        Ok(answer) => {
            let created = match_created(chunk, answer.body.as_array().map_or(&[], Vec::as_slice));
            created.unwrap_or_else(|| {
                let message = "NetBox does not say what it created; run the command again";
                all_failed(&|| StepError::Failed(Diagnostic::new(message)))
            })
        }
        Err(error) if error.is_divisible() || error.is_too_slow() && chunk.len() > 1 => {
            create_each(client, object_type, chunk).await
        }
        Err(error) => all_failed(&|| error.clone().into()),
    };
    (created, begin.elapsed())
}

/// Finds the ids of the objects of a chunk in the answer to it: by our keys, or by position if it repeats none. With the id of
/// another object, what belongs to it would get the wrong parent. `None` if they are not told.
fn match_created(
    chunk: &[(usize, Object)],
    answer: &[Value],
) -> Option<Vec<(usize, Result<u64, StepError>)>> {
    if answer.len() != chunk.len() {
        return None;
    }
    let answer: Vec<&Object> = answer.iter().map(Value::as_object).collect::<Option<_>>()?;
    let by_key: HashMap<&str, &Object> =
        answer.iter().filter_map(|created| Some((key_of(created)?, *created))).collect();
    let matched = chunk.iter().zip(answer).map(|((step_index, body), at_place)| {
        let created = if by_key.is_empty() { at_place } else { by_key.get(key_of(body)?)? };
        Some((*step_index, Ok(id_of(created)?)))
    });
    matched.collect()
}

async fn create_each(
    client: &NetboxClient,
    object_type: &ObjectType,
    chunk: &[(usize, Object)],
) -> Vec<(usize, Result<u64, StepError>)> {
    let (mut created, mut unreachable) = (Vec::new(), None);
    for (step_index, body) in chunk {
        let result = match &unreachable {
            Some(diagnostic) => Err(StepError::Unreachable(Diagnostic::clone(diagnostic))),
            None => create_one(client, object_type, body).await,
        };
        if let Err(StepError::Unreachable(diagnostic)) = &result {
            unreachable = Some(diagnostic.clone());
        }
        created.push((*step_index, result));
    }
    created
}

async fn create_one(
    client: &NetboxClient,
    object_type: &ObjectType,
    body: &Object,
) -> Result<u64, StepError> {
    let error = match client.send(Method::POST, object_type.path, Some(&body.clone().into()), None).await {
        Ok(answer) => match answer.body["id"].as_u64() {
            Some(id) => return Ok(id),
            None => return Err(StepError::Failed(Diagnostic::new("NetBox does not say what it created"))),
        },
        Err(error) => error,
    };
    if error.is_divisible() {
        // An earlier attempt may have created it, whose answer got lost.
        if let Some(id) = find_created(client, object_type, body).await {
            return Ok(id);
        }
    }
    Err(error.into())
}

/// Looks for the object that a body would create. `NetBox` ignores filters that it does not know.
async fn find_created(client: &NetboxClient, object_type: &ObjectType, body: &Object) -> Option<u64> {
    let (key, mark) = (key_of(body)?, owner_mark(body)?);
    let filter = format!("cf_{ID_FIELD}");
    let found = client.list(object_type.path, &[(filter.as_str(), key.to_owned())]).await.ok()?;
    found
        .iter()
        .find(|object| key_of(object) == Some(key) && owner_mark(object).as_ref() == Some(&mark))
        .and_then(id_of)
}

/// Writes a time as `NetBox` keeps it: without fractions of a second.
fn time_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn path_of(step: &Step) -> String {
    let path = object_type_of_kind(&step.record.kind).map_or("", |object_type| object_type.path);
    format!("{path}{}/", id_of_step(step))
}

/// Returns the id of the object of a step; 0, which no object has, of one to be created.
fn id_of_step(step: &Step) -> u64 {
    step.place.as_ref().and_then(|place| place.id.parse().ok()).unwrap_or_default()
}

fn is_later(object_type: &ObjectType, name: &str) -> bool {
    object_type.fields.iter().any(|field| field.name == name && field.form.is_later())
}

fn later_fields<'s>(step: &'s Step, object_type: &ObjectType) -> Vec<&'s FieldDifference> {
    step.differences.iter().filter(|difference| is_later(object_type, &difference.field)).collect()
}

/// Returns the cluster of a machine and the name that a step takes from it or gives to it, in lower case.
fn name_in_cluster(step: &Step, side: fn(&FieldDifference) -> &FieldValue) -> Option<(String, String)> {
    let cluster = cluster_of(step)?;
    let name = step.differences.iter().find(|difference| difference.field == "name").map(side)?;
    Some((cluster, lowercase(name)?))
}

fn cluster_of(step: &Step) -> Option<String> {
    match step.record.fields.get("cluster") {
        Some(FieldValue::Reference { key, .. }) if step.record.kind == MACHINE => Some(key.clone()),
        _ => None,
    }
}

fn lowercase(value: &FieldValue) -> Option<String> {
    match value {
        FieldValue::Text(text) => Some(text.to_lowercase()),
        _ => None,
    }
}

/// Returns a name for a machine that gives its own away.
fn freed_name(object: &Object) -> String {
    let suffix = format!(" (deleted {})", id_of(object).unwrap_or_default());
    let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.ends_with(&suffix) {
        return name.to_owned();
    }
    truncate(name, MACHINE_NAME - suffix.len()) + &suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids_of(answer: &Value) -> Option<Vec<(usize, u64)>> {
        let body = |key: &str| Object::from_iter([("custom_fields".to_owned(), json!({ ID_FIELD: key }))]);
        let chunk = [(4, body("a")), (9, body("b"))];
        let matched = match_created(&chunk, answer.as_array().unwrap())?;
        Some(matched.into_iter().map(|(step, id)| (step, id.ok().unwrap())).collect())
    }

    /// In another order each got the id of the other, and its interfaces the wrong machine.
    #[test]
    fn what_was_created_is_found_by_its_key() {
        let created = |key: &str, id: u64| json!({ "id": id, "custom_fields": { ID_FIELD: key } });
        let expected = Some(vec![(4, 1), (9, 2)]);
        assert_eq!(ids_of(&json!([created("a", 1), created("b", 2)])), expected);
        assert_eq!(ids_of(&json!([created("b", 2), created("a", 1)])), expected);
        assert_eq!(ids_of(&json!([{ "id": 1 }, { "id": 2 }])), expected);
        assert_eq!(ids_of(&json!([created("a", 1)])), None);
        assert_eq!(ids_of(&json!([created("a", 1), created("c", 2)])), None);
        assert_eq!(ids_of(&json!([created("a", 1), created("a", 2)])), None);
    }
}

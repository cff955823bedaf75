// brainstem-js as it is published, in a page of the server itself. Every step asserts what the client made of an answer.
// Arguments: the server's URL, and the token of Ada Park, who leads workspace 53760 of the archive in tests/support.
'use strict';

const assert = require('node:assert/strict');
const { JSDOM } = require('jsdom');

const [server, token] = process.argv.slice(2);
const base = `${server}/api/v1`;
const { window } = new JSDOM('', { url: server });
Object.assign(global, { window, document: window.document, XMLHttpRequest: window.XMLHttpRequest });
global.$ = global.jQuery = require('jquery');
global._ = require('underscore');
global.Backbone = require('backbone');
const { Model, Collection, StorageManager } = require('brainstem-js');

$.ajaxSetup({ headers: { Authorization: `Bearer ${token}` } });
const storage = StorageManager.get();

function register(key, root, associations) {
  const attributes = { brainstemKey: key, paramRoot: root, urlRoot: `${base}/${key}` };
  const OfKey = Model.extend(attributes, { associations });
  const List = Collection.extend({ model: OfKey, url: `${base}/${key}` });
  storage.addCollection(key, List);
  return [OfKey, List];
}

register('users', 'user', {});
register('external_references', 'external_reference', {});
register('workspaces', 'workspace', { current_status_report: 'status_reports' });
const [Report, Reports] = register('status_reports', 'status_report', {
  workspace: 'workspaces',
  creator: 'users',
  updater: 'users',
  external_references: ['external_references'],
});
const [Change, Changes] = register('workspace_status_changes', 'workspace_status_change', {
  workspace: 'workspaces',
  user: 'users',
});

// Nothing of jQuery's is passed on: its requests are promises themselves, and would be waited for again.
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.done(() => resolve()).fail((xhr) => reject(new Error(`${xhr.status}: ${xhr.responseText}`)));
  });

const refused = (request) =>
  new Promise((resolve, reject) => {
    request
      .done(() => reject(new Error('it was not refused')))
      .fail(({ status, responseJSON }) => resolve({ status, errors: responseJSON.errors }));
  });

const steps = {
  async 'a list resolves its included associations'() {
    const list = new Reports();
    const include = ['workspace', 'creator', 'updater', 'external_references'];
    await settled(list.fetch({ include, filters: { workspace_id: 53760 }, page: 1, perPage: 20 }));
    assert.deepEqual(list.pluck('id'), ['901', '907']);
    const report = list.get('907');
    assert.ok(report instanceof Report);
    assert.equal(report.get('color'), 'yellow');
    assert.equal(report.get('workspace').get('title'), 'Harbor rollout');
    assert.equal(report.get('creator').get('full_name'), 'Ada Park');
    assert.equal(report.get('updater').get('full_name'), 'Bo Lindström');
    assert.deepEqual(report.get('external_references').pluck('service_model_ref'), ['HARB-12']);
    assert.equal(list.get('901').get('updater'), undefined);
    assert.equal(list.get('901').get('external_references').length, 0);
    assert.equal(report.get('details').length, 3);
    // The client turns times of whole seconds into numbers, and so knows ours for times.
    assert.equal(report.get('created_at'), Date.parse('2026-02-09T17:20:41Z'));
  },

  async 'a page is asked for and counted'() {
    const list = new Reports();
    await settled(list.fetch({ filters: { workspace_id: 53760 }, page: 2, perPage: 1, cache: false }));
    assert.deepEqual(list.pluck('id'), ['907']);
    assert.equal(list.getServerCount(), 2);
  },

  async 'chosen ones are loaded by their ids'() {
    const list = new Reports();
    await settled(list.fetch({ only: ['907', '990'], filters: { workspace_id: 53760 }, cache: false }));
    assert.deepEqual(list.pluck('id'), ['907']);
  },

  async 'a report is shown with what it belongs to'() {
    const report = new Report({ id: '901' });
    await settled(report.fetch({ include: ['workspace', 'creator'] }));
    assert.equal(report.get('description'), 'Pilot terminal live.\nNext: cranes.');
    assert.equal(report.get('workspace').get('title'), 'Harbor rollout');
    assert.equal(report.get('creator').get('headline'), 'Delivery lead');
  },

  async 'a report is created, updated and deleted'() {
    const report = new Report({
      workspace_id: '53760',
      color: 'red',
      description: 'Crane 4 is down — again.',
      details: [{ category: 'Schedule', color: 'red', description: 'Two weeks' }],
    });
    await settled(report.save({}, { include: ['creator'] }));
    assert.match(report.id, /^\d+$/);
    assert.equal(report.get('color'), 'red');
    assert.equal(report.get('creator').get('full_name'), 'Ada Park');
    assert.equal(typeof report.get('created_at'), 'number');

    await settled(report.save({ color: 'yellow', description: 'Crane 4 lifts again.' }));
    const again = new Report({ id: report.id });
    await settled(again.fetch({ cache: false }));
    assert.equal(again.get('color'), 'yellow');
    assert.equal(again.get('description'), 'Crane 4 lifts again.');
    assert.equal(again.get('workspace_id'), '53760');
    assert.deepEqual(
      again.get('details').map(({ category, color, description }) => [category, color, description]),
      [['Schedule', 'red', 'Two weeks']],
    );

    await settled(report.destroy({ wait: true }));
    const gone = await refused(new Report({ id: report.id }).fetch({ cache: false }));
    assert.equal(gone.status, 404);
  },

  async 'what is wrong comes back as errors of fields'() {
    const answer = await refused(new Report({ workspace_id: '53760', color: 'pink', description: 'x' }).save());
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.errors.map(({ type, field }) => [type, field]), [['validation', 'color']]);
  },

  async 'status changes are listed and created'() {
    const list = new Changes();
    const options = { include: ['workspace', 'user'], filters: { workspace_id: 53760 }, cache: false };
    await settled(list.fetch(options));
    assert.deepEqual(list.pluck('id'), ['4077']);
    assert.equal(list.first().get('user').get('full_name'), 'Ada Park');
    assert.equal(list.first().get('workspace').get('title'), 'Harbor rollout');

    const change = new Change({ workspace_id: '53760', to_status_key: 605 });
    await settled(change.save());
    assert.match(change.id, /^\d+$/);
    assert.equal(change.get('to_status_key'), '605');
    assert.equal(change.get('from_status_key'), '310');

    const after = new Changes();
    await settled(after.fetch({ ...options, order: 'created_at:desc' }));
    assert.deepEqual(after.pluck('id'), [change.id, '4077']);
  },

  async 'another account is not there'() {
    const answer = await refused(new Report({ id: '990' }).fetch());
    assert.equal(answer.status, 404);
    assert.equal(answer.errors[0].message, 'Record not found');
  },

  async 'a token that nobody holds is refused'() {
    $.ajaxSetup({ headers: { Authorization: 'Bearer nobody' } });
    const answer = await refused(new Reports().fetch({ filters: { workspace_id: 53760 }, cache: false }));
    assert.equal(answer.status, 401);
  },
};

async function run() {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      console.error(`${name}:\n${error.stack}`);
      process.exit(1);
    }
    console.log(`ok: ${name}`);
  }
  console.log('all steps done');
  process.exit(0);
}

run();

// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT
//
// Sends what each request of a service left behind to Escalite Console. Node 18 or later, nothing else.
//
//     app.use(escalite.middleware()); … app.use(escalite.errors())        // express, connect; errors() comes last
//     http.createServer(escalite.wrap(handler))                           // node:http
//     escalite.log('user', 42)                      // an entry of the current request; anywhere below it
//     await escalite.call('payment', { url }, () => fetch(url))           // a call of a service; its end, its failure
//     await escalite.session('cron nightly', async (session) => { … })    // what is no web request
//
// ESCALITE_URL and ESCALITE_TOKEN say where the console is; without them it is found by itself on this machine.
// ESCALITE_SERVICE (or OTEL_SERVICE_NAME) names the service, ESCALITE_LIVE=1 shows a request while it still runs,
// ESCALITE_MIN_LEVEL leaves out what is below, ESCALITE_DISABLED=1 switches off. Nothing here throws into a request or
// waits for the console; when too much waits, the lowest level goes first and is reported.

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const gzip = promisify(zlib.gzip);
const RANKS = ['debug', 'info', 'warning', 'error', 'critical'];
const ENDING = RANKS.length; // The end of a live session stands above every level: without it the session stays open.
const SECTIONS = ['api_logs', 'service_logs', 'error_logs'];
const TEXT_LIMIT = 32 * 1024; // UTF-16 units of one text, and about bytes of one value
const VALUE_LIMIT = 2000; // nodes of one value; the console takes 20,000 a document
const SESSION_VALUES = 16_000;
const SESSION_BYTES = 900_000;
const ENTRY_LIMIT = 900;
const CALL_LIMIT = 900;
const DOCUMENT_LIMIT = 1024 * 1024; // bytes; the console's own
const BATCH_COUNT = 512;
const BATCH_BYTES = 1024 * 1024;
const GZIP_FROM = 1024;
const EXIT_PATIENCE = 2000;
const SECRET = /(authorization|cookies?|passwords?|passwd|secrets?|token|api[-_.]?keys?)([^a-z]|$)/i;
const SECRET_IN_URL = /([?&;][^=&#]*(?:password|passwd|secret|token|key|signature)=)[^&#]*/gi;
const LOGIN_IN_URL = /:\/\/[^/?#@\s]*@/g;
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

const storage = new AsyncLocalStorage();
const recorded = new WeakSet(); // errors that stand in a session already

/** What is sent in the place of value. Give Client another function of this kind to decide otherwise. */
export const redact = (key, value) => (SECRET.test(key) ? `[hidden: ${key}]` : value);

/** A mistake in here must not become one of the request. */
function quietly(work, otherwise) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

const levelOf = (level) => {
  const name = String(level ?? 'info').toLowerCase();
  const known = { warn: 'warning', fatal: 'critical' }[name] ?? name;
  return RANKS.includes(known) ? known : 'info';
};
const rankOf = (level) => RANKS.indexOf(level);
const worse = (one, other) => (rankOf(one) >= rankOf(other) ? one : other);
const statusLevel = (status) => (status >= 500 ? 'error' : status >= 400 ? 'warning' : 'info');
const seconds = (milliseconds) => Math.round(milliseconds * 1000) / 1e6;
const now = () => seconds(performance.timeOrigin + performance.now());
const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '\ufffd');
const keyOf = (key) => wellFormed(String(key).slice(0, 80)) || '?';

function textOf(text, keepEnd = false) {
  const whole = String(text);
  const over = whole.length - TEXT_LIMIT;
  if (over <= 0) return wellFormed(whole);
  return keepEnd
    ? `…(truncated ${over})${wellFormed(whole.slice(over))}`
    : `${wellFormed(whole.slice(0, TEXT_LIMIT))}…(truncated ${over})`;
}

/** Makes a value fit to be sent: JSON's types alone, finite, bounded, without secrets. Counts what it made. */
class Cleaner {
  values = 0;
  bytes = 0;

  constructor(hide) {
    this.hide = hide;
  }

  clean(value) {
    this.mostValues = this.values + VALUE_LIMIT;
    this.mostBytes = this.bytes + TEXT_LIMIT;
    return this.walk(value, 0);
  }

  walk(value, depth) {
    this.values += 1;
    this.bytes += 8;
    if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return String(value);
      return Number.isInteger(value) && Math.abs(value) >= 2 ** 63 ? String(value) : value;
    }
    if (value instanceof Error) return this.text(value.stack ?? value);
    if (typeof value !== 'object') return this.text(String(value));
    if (typeof value.toJSON === 'function') return this.text(value.toJSON());
    if (ArrayBuffer.isView(value)) return `…(${value.byteLength} bytes)`;
    const isList = Array.isArray(value) || value instanceof Set;
    const items = isList ? [...value] : value instanceof Map ? [...value] : Object.entries(value);
    const out = [];
    for (const [index, item] of items.entries()) {
      if (depth >= 16 || this.values > this.mostValues || this.bytes > this.mostBytes) {
        out.push(isList ? `…(truncated ${items.length - index})` : ['…', `(truncated ${items.length - index})`]);
        break;
      }
      if (isList) out.push(this.walk(item, depth + 1));
      else out.push([keyOf(item[0]), this.walk(this.hide(keyOf(item[0]), item[1]), depth + 1)]);
    }
    return isList ? out : Object.fromEntries(out);
  }

  text(value) {
    const text = textOf(value);
    this.bytes += text.length;
    return text;
  }
}

/** What one request leaves behind. Everything after its end is ignored; null never replaces what is there. */
export class Session {
  alertId = randomUUID();
  level = 'info';
  ended = false;
  dropped = 0; // entries and calls left out of it
  #client;
  #sections = new Map(SECTIONS.map((name) => [name, new Map()]));
  #sectionLevels = new Map();
  #untagged = new Map();
  #forced = false;
  #raised = 'info';
  #entries = 0;
  #calls = 0;
  #values = 0;
  #bytes = 0;
  #started = now();
  #begin = performance.now();
  #elapsed = null;

  /** route: "POST /pay", or any name. */
  constructor(route = '', { traceparent, client = theClient() } = {}) {
    this.#client = client;
    const [, verb, place] = /^(\S+) (\/.*)$/s.exec(String(route)) ?? [];
    const method = verb?.toUpperCase();
    const path = place ?? String(route);
    this.#event('session_start', 'info', {
      at: this.#started, source: client.service, method, path: textOf(path), log_date: this.#logDate(),
    });
    if (method) this.#write('entry', 'api_logs', 'request_method', { value: method, isTold: false }); // The start has
    if (path) this.#write('entry', 'api_logs', 'request_path', { value: path, isTold: false }); // told them.
    const trace = TRACEPARENT.exec(traceparent ?? '');
    if (trace && (trace[4] === undefined || trace[1] !== '00')) {
      this.log('trace_id', trace[2], { tag: 'api_logs' });
      this.log('span_id', trace[3], { tag: 'api_logs' });
    }
  }

  /** An entry, in a section when tag names one. The same key again changes the entry. */
  log(key, value = null, { tag = '', code, message, level, extras, errorTrace } = {}) {
    this.#write('entry', tag, key, { value, code, message, level, extras, errorTrace });
  }

  /** What a service did, at one moment. */
  logService(service, { message, level, url, code, extras } = {}) {
    this.#write('entry', 'service_logs', service, { message, level, url, code, extras });
  }

  /** Begins a call and returns its number: 1, 2, … for each service. */
  startCall(service, { message, level, url, code, extras } = {}) {
    return this.#write('call_start', 'service_logs', service, { message, level, url, code, extras }) ?? 0;
  }

  /** Ends call number of service, or the newest that is open. */
  stopCall(service, { message, level, url, code, errorTrace, extras, number } = {}) {
    this.#write('call_stop', 'service_logs', service, { message, level, url, code, errorTrace, extras, number });
  }

  logException(error, key = 'unhandled_exception', level = 'error') {
    quietly(() => {
      if (typeof error === 'object' && error !== null) recorded.add(error);
      const name = error?.name ?? typeof error;
      const message = String(error?.message || error);
      this.log(key, name, { tag: 'error_logs', message, level, errorTrace: error?.stack });
    });
  }

  /** The HTTP status of the answer: from 500 on an error, from 400 on a warning. */
  respond(status) {
    this.log('response_status', status, { tag: 'api_logs', code: status, level: statusLevel(status) });
  }

  /** Raises the level of the session, or of a section; lowers it only by force. Returns the level in force. */
  setLevel(level, { tag = '', force = false } = {}) {
    if (this.ended) return this.level;
    const wanted = levelOf(level);
    const name = tag ? keyOf(tag) : '';
    const before = name ? this.#sectionLevels.get(name) ?? 'info' : this.level;
    this.#forced ||= force && rankOf(wanted) < rankOf(before);
    if (!force) {
      this.#raise(name, wanted);
      if (!name) this.#raised = worse(wanted, this.#raised);
    } else if (name) {
      const wasForced = rankOf(this.level) < rankOf(this.#rest());
      this.#section(name);
      this.#sectionLevels.set(name, wanted);
      this.level = wasForced ? worse(wanted, this.level) : this.#rest();
    } else {
      this.level = wanted;
      this.#raised = wanted;
    }
    this.#event('level', wanted, { log_level: wanted, section: name || undefined, force: force || undefined });
    return name ? this.#sectionLevels.get(name) ?? 'info' : this.level;
  }

  /** Something of level has been written to section, or to none. */
  #raise(section, level) {
    const before = this.#sectionLevels.get(section) ?? 'info';
    if (section && this.#section(section) && rankOf(level) >= rankOf(before)) this.#sectionLevels.set(section, level);
    this.level = worse(level, this.level);
  }

  /** The worst of what was set by hand, the sections and the untagged entries. */
  #rest() {
    const untagged = [...this.#untagged.values()].map((entry) => entry.peak);
    return [...this.#sectionLevels.values(), ...untagged].reduce(worse, this.#raised);
  }

  #section(name) {
    if (!this.#sections.has(name)) this.#sections.set(name, new Map());
    return this.#sections.get(name);
  }

  /** Ends it and hands it over. A second end does nothing. */
  end() {
    quietly(() => {
      if (this.ended) return;
      this.#elapsed = seconds(performance.now() - this.#begin);
      this.#event('session_end', this.level, { time_elapsed: this.#elapsed });
      this.ended = true;
      this.#client._ended(this);
    });
  }

  /** The whole of it as the console takes it. */
  document() {
    const own = [...this.#sections.keys()].filter((name) => !SECTIONS.includes(name));
    const untagged = [...this.#untagged].map(([key, entry]) => [key, wire(entry, false)]);
    return {
      escalite: this.dropped ? { format: 1, dropped: this.dropped } : { format: 1 },
      alert_id: this.alertId,
      source: this.#client.service,
      ...Object.fromEntries(SECTIONS.map((name) => [name, this.#written(name)])),
      ...(own.length ? { sections: Object.fromEntries(own.map((name) => [name, this.#written(name)])) } : {}),
      ...(untagged.length ? { entries: Object.fromEntries(untagged) } : {}),
      log_level: this.level,
      ...(this.#forced ? { forced: true } : {}),
      start_time: this.#started,
      end_time: this.#elapsed === null ? null : seconds((this.#started + this.#elapsed) * 1000),
      log_date: this.#logDate(),
      ...(this.#elapsed === null ? {} : { time_elapsed: this.#elapsed }),
    };
  }

  /** In the local time of this machine. */
  #logDate() {
    const date = new Date(this.#started * 1000);
    const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
    return local.toISOString().slice(0, 19).replace('T', ' ');
  }

  #written(name) {
    const entries = [...this.#sections.get(name)].map(([key, entry]) => [key, wire(entry, true)]);
    const level = this.#sectionLevels.get(name);
    const hasOwn = this.#sections.get(name).has('log_level');
    return Object.fromEntries(level && !hasOwn ? [['log_level', level], ...entries] : entries);
  }

  #write(kind, tag, name, { level: wanted, extras: more, number = 0, errorTrace, isTold = true, ...rest }) {
    return quietly(() => {
      if (this.ended) return undefined;
      const level = levelOf(wanted);
      const [section, key] = [tag ? keyOf(tag) : '', keyOf(name)];
      const cleaner = new Cleaner(this.#client.redact);
      const given = {};
      if (rest.value != null) given.value = cleaner.clean(this.#client.redact(key, rest.value));
      if (rest.code != null) given.code = cleaner.clean(rest.code);
      if (rest.message != null && rest.message !== '') given.message = cleaner.text(rest.message);
      if (rest.url != null && rest.url !== '')
        given.url = cleaner.text(String(rest.url).replace(LOGIN_IN_URL, '://').replace(SECRET_IN_URL, '$1[hidden]'));
      if (errorTrace) given.error_trace = textOf(errorTrace, true);
      cleaner.bytes += given.error_trace?.length ?? 0;
      const extras = more ? cleaner.clean({ ...more }) : {};

      const entries = section ? this.#section(section) : this.#untagged;
      const isCall = kind !== 'entry';
      let entry = entries.get(key);
      if ((!entry && this.#entries >= ENTRY_LIMIT) || (isCall && this.#calls >= CALL_LIMIT)
          || this.#values > SESSION_VALUES || this.#bytes > SESSION_BYTES) {
        this.dropped += 1;
        return undefined;
      }
      this.#values += cleaner.values + (isCall ? 8 : 0) + (entry ? 0 : 12);
      this.#bytes += cleaner.bytes + (isCall ? 200 : 0) + (entry ? 0 : 200);
      const at = now();
      const tick = performance.now();
      if (!entry) {
        entry = { peak: level, start: at, tick, extras: {}, calls: [] };
        entries.set(key, entry);
        this.#entries += 1;
      } else if (section) {
        entry.end = at;
        entry.elapsed = seconds(tick - entry.tick);
      }
      const call = isCall ? this.#call(kind, entry, number, at, tick) : undefined;
      const place = call ? entry.calls.indexOf(call) + 1 : undefined;
      if (call && place < entry.calls.length) entry.error_trace ??= given.error_trace; // The newest call is shown.
      else Object.assign(entry, given, { log_level: level });
      Object.assign(entry, { log_time: at, peak: worse(level, entry.peak) });
      for (const [name, value] of Object.entries(extras))
        if (value !== null || !(name in entry.extras)) entry.extras[name] = value;
      if (call) {
        for (const name of ['message', 'code', 'url']) if (name in given) call[name] = given[name];
        call.log_level = level;
        const { start_time, end_time, time_elapsed } = entry.calls.at(-1);
        Object.assign(entry, { start: start_time ?? end_time, end: end_time, elapsed: time_elapsed });
      }
      this.#raise(section, level);
      const where = call ? { service: key, call: place } : { section: section || undefined, key };
      if (isTold) this.#event(kind, level, { at, ...where, ...given, log_level: level, extras: more ? extras : undefined });
      return place;
    });
  }

  /** The call that begins or ends now. One that never began is kept, and says so. */
  #call(kind, entry, number, at, tick) {
    let call = entry.calls[number - 1];
    if (kind === 'call_stop' && !number) call = [...entry.calls].reverse().find((each) => each.end_time === null);
    if (kind === 'call_start' || !call) {
      this.#calls += 1;
      call = { message: null, code: null, log_level: null, url: null, start_time: kind === 'call_start' ? at : null,
        end_time: null, time_elapsed: null };
      Object.defineProperty(call, 'tick', { value: tick });
      entry.calls.push(call);
    }
    if (kind === 'call_stop') {
      call.end_time = at;
      if (call.start_time === null) call.unmatched = true;
      else call.time_elapsed = seconds(tick - call.tick);
    }
    return call;
  }

  #event(kind, level, members) {
    if (!this.#client.live || this.ended) return;
    const { at = now(), ...more } = members;
    quietly(() => this.#client._happened(this, kind, level, { event: kind, alert_id: this.alertId, at, ...more }));
  }

  get _bytes() {
    return this.#bytes;
  }
}

/** The members of an entry in the order of the document. */
function wire(entry, isTagged) {
  const { value = null, code = null, message = null, log_level, peak, log_time, extras, calls } = entry;
  return {
    value, code, message, log_level,
    ...(peak === log_level ? {} : { peak_level: peak }),
    log_time,
    ...(Object.keys(extras).length ? { extras } : {}),
    ...(entry.url === undefined ? {} : { url: entry.url }),
    ...(entry.error_trace === undefined ? {} : { error_trace: entry.error_trace }),
    ...(isTagged ? { start_time: entry.start } : {}),
    ...(entry.end != null ? { end_time: entry.end } : {}),
    ...(entry.elapsed != null ? { time_elapsed: entry.elapsed } : {}),
    ...(calls.length ? { calls } : {}),
  };
}

/** What a running console says of itself, or nothing. */
function endpointFile() {
  const folders = process.env.XDG_RUNTIME_DIR ? [join(process.env.XDG_RUNTIME_DIR, 'escalite')] : [];
  folders.push(join(process.env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'escalite/run'));
  for (const folder of folders) {
    const found = quietly(() => JSON.parse(readFileSync(join(folder, 'endpoint.json'), 'utf8')));
    if (found) return found;
  }
  return {};
}

/** The way to one console: a bounded queue and one request at a time. Times are in milliseconds. */
export class Client {
  accepted = 0; // sessions and events that the console confirmed
  discarded = {}; // by reason, since the start
  #queues = Array.from({ length: ENDING + 1 }, () => []); // by rank
  #count = 0;
  #bytes = 0;
  #order = 0;
  #settled = 0;
  #number = 0;
  #open = 0;
  #report = new Map(); // "reason level" to [sessions, events]
  #reportAfter = 0;
  #since = 0;
  #spoke = 0;
  #inFlight = [];
  #isRunning = false;
  #isOut = false;
  #hasPromised = false;
  #hurry = false;
  #timer = null;
  #wakeUp = () => {};
  #waiters = new Set();
  #agent = null;

  /** What is missing comes from the environment. maxQueued: sessions, or events / 8 when live. */
  constructor(options = {}) {
    const env = process.env;
    const isSet = (name) => !['', '0', 'false', 'no', 'off'].includes((env[name] ?? '').toLowerCase());
    const program = basename(process.argv[1] ?? '').replace(/\.[^.]*$/, '');
    const service = options.service || env.ESCALITE_SERVICE || env.OTEL_SERVICE_NAME || program || 'node';
    this.service = wellFormed(String(service).replace(/[\p{C}]/gu, '').slice(0, 120));
    this.live = options.live ?? isSet('ESCALITE_LIVE');
    this.disabled = options.disabled ?? isSet('ESCALITE_DISABLED');
    this.minLevel = levelOf(options.minLevel ?? (env.ESCALITE_MIN_LEVEL || 'debug'));
    this.redact = options.redact ?? redact;
    this.url = options.url || env.ESCALITE_URL;
    this.token = options.token || env.ESCALITE_TOKEN;
    this.limit = (options.maxQueued ?? 2048) * (this.live ? 8 : 1);
    this.maxBytes = options.maxBytes ?? 8 * 1024 * 1024;
    this.delay = options.delay ?? (this.live ? 50 : 1000);
    this.timeout = options.timeout ?? 10_000;
    this.firstRetry = options.firstRetry ?? 1000;
    this.lastRetry = options.lastRetry ?? 60_000;
    this.heartbeat = options.heartbeat ?? 5000;
    this.name = `${this.service}@${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
    clients.add(this);
  }

  /** Sends a document of Python Escalite's form as it is now. */
  forward(document) {
    quietly(() => this.#put('document', rankOf(levelOf(document.log_level)), JSON.stringify(document), null));
  }

  /** Waits until what was handed over by now is answered, most milliseconds at the longest. Whether it is. */
  async flush(most = EXIT_PATIENCE) {
    const handed = this.#order;
    if (this.#settled >= handed) return true;
    this.#hurry = true;
    this.#wakeUp();
    this.#schedule(0);
    return new Promise((resolve) => {
      const waiter = () => {
        if (this.#settled < handed) return;
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        resolve(false);
      }, most);
      this.#waiters.add(waiter);
    });
  }

  _ended(session) {
    if (this.live || rankOf(session.level) < rankOf(this.minLevel)) return;
    this.#put('document', rankOf(session.level), JSON.stringify(session.document()), session);
  }

  _happened(session, kind, level, event) {
    const isFrame = kind === 'session_start' || kind === 'session_end';
    if (!isFrame && rankOf(level) < rankOf(this.minLevel)) return;
    const rank = kind === 'session_end' ? ENDING : rankOf(level);
    this.#put('event', rank, JSON.stringify(event).slice(0, -1), session);
    if (isFrame) this.#open += kind === 'session_start' ? 1 : -1;
  }

  #put(kind, rank, line, session) {
    if (this.disabled) return;
    const item = { kind, rank, line, session, order: ++this.#order, bytes: Buffer.byteLength(line) };
    if (item.bytes > DOCUMENT_LIMIT) {
      this.#discard(item, 'too_large');
      return;
    }
    if (!this.#count) this.#since = performance.now();
    this.#queues[rank].push(item);
    this.#count += 1;
    this.#bytes += item.bytes;
    while (this.#count > this.limit || this.#bytes > this.maxBytes) {
      const least = this.#queues.find((queue) => queue.length).shift();
      this.#count -= 1;
      this.#bytes -= least.bytes;
      this.#discard(least, 'queue_full');
    }
    this.#schedule(this.#count >= BATCH_COUNT || this.#bytes >= BATCH_BYTES ? 0 : this.delay);
  }

  #discard(item, reason) {
    const level = item.rank === ENDING ? item.session.level : RANKS[item.rank];
    const counts = this.#report.get(`${reason} ${level}`) ?? [0, 0];
    counts[item.kind === 'event' ? 1 : 0] += 1;
    this.#report.set(`${reason} ${level}`, counts);
    if (item.session) item.session.dropped += 1;
    this.discarded[reason] = (this.discarded[reason] ?? 0) + 1;
    this.#settle();
  }

  #settle() {
    this.#settled += 1;
    for (const waiter of [...this.#waiters]) waiter();
  }

  #schedule(delay) {
    if (this.#isRunning) return;
    if (this.#timer && delay > 0 && this.#timer.due <= performance.now() + delay) return;
    clearTimeout(this.#timer?.handle);
    const handle = setTimeout(() => this.#run(), delay);
    handle.unref(); // Nothing here keeps the program alive.
    this.#timer = { handle, due: performance.now() + delay };
  }

  async #run() {
    this.#timer = null;
    this.#isRunning = true;
    try {
      for (;;) {
        const at = performance.now();
        const isDue = this.#hurry || at - this.#since >= this.delay - 1 || this.#count >= BATCH_COUNT
          || this.#bytes >= BATCH_BYTES;
        if (this.live && !this.#hasPromised && this.#count && isDue) await this.#say(false);
        else if (this.#count && isDue) await this.#send(this.#take());
        else if (this.#report.size && at >= this.#reportAfter) await this.#say(false);
        else if (this.live && this.#open > 0 && at - this.#spoke >= this.heartbeat) await this.#say(false);
        else break;
      }
    } catch {
      this.#reportAfter = performance.now() + this.lastRetry;
    }
    this.#hurry = false;
    this.#isRunning = false;
    const waits = [];
    if (this.#count) waits.push(Math.max(this.#since + this.delay - performance.now(), 1));
    if (this.#report.size) waits.push(Math.max(this.#reportAfter - performance.now(), 1));
    if (this.live && this.#open > 0) waits.push(Math.max(this.#spoke + this.heartbeat - performance.now(), 1));
    if (waits.length) this.#schedule(Math.min(...waits));
  }

  /** The oldest items of one kind that make a batch. */
  #take() {
    const batch = [];
    let bytes = 0;
    while (this.#count && batch.length < BATCH_COUNT) {
      const queue = this.#queues.filter((each) => each.length).reduce((a, b) => (a[0].order < b[0].order ? a : b));
      if (batch.length && (queue[0].kind !== batch[0].kind || bytes + queue[0].bytes > BATCH_BYTES)) break;
      batch.push(queue.shift());
      bytes += batch.at(-1).bytes;
      this.#count -= 1;
    }
    this.#bytes -= bytes;
    for (const item of batch.filter((each) => each.kind === 'event')) {
      const dropped = item.rank === ENDING ? `,"dropped":${item.session.dropped}` : '';
      item.line += `${dropped},"seq":${++this.#number}}`;
    }
    return batch;
  }

  async #send(batch) {
    this.#inFlight = batch;
    const { status, body } = await this.#answer(pathOf(batch), batch.map((item) => item.line));
    if (status === 413 && batch.length > 1) {
      const half = batch.length >> 1;
      await this.#send(batch.slice(0, half));
      await this.#send(batch.slice(half));
      return;
    }
    this.#inFlight = [];
    const why = status >= 300 ? (status === 413 ? 'too_large' : 'refused') : undefined;
    let refused = new Map(why ? batch.map((_, index) => [index, why]) : []);
    const results = quietly(() => JSON.parse(body).results);
    if (Array.isArray(results)) {
      const bad = results.filter((each) => each.status === 'rejected');
      refused = new Map(bad.map((each) => [each.index, 'refused']));
      if (bad[0]?.reason) warn(`Escalite Console refuses ${bad.length} of ${batch.length}: ${bad[0].reason}`);
    }
    for (const [index, item] of batch.entries()) {
      if (refused.has(index)) {
        this.#discard(item, refused.get(index));
      } else {
        this.accepted += 1;
        this.#settle();
      }
    }
  }

  /** Tells the console that this client is there, what it threw away, or that it leaves. */
  async #say(leaves) {
    const told = this.#report;
    this.#report = new Map();
    this.#hasPromised = this.live;
    const { status } = await this.#answer('/v1/events', [this.#sign(told, leaves)], true);
    if (status < 300) return;
    this.#reportAfter = performance.now() + this.lastRetry;
    for (const [key, [sessions, events]] of told) {
      const counts = this.#report.get(key) ?? [0, 0];
      this.#report.set(key, [counts[0] + sessions, counts[1] + events]);
    }
  }

  #sign(told, leaves) {
    return JSON.stringify({
      event: 'client', client: this.name, at: now(), seq: ++this.#number, source: this.service,
      discarded: [...told].map(([key, [sessions, events]]) => {
        const [reason, log_level] = key.split(' ');
        return { reason, log_level, sessions, events };
      }),
      leaves,
      ...(this.live ? { heartbeat: this.heartbeat / 1000 } : {}),
    });
  }

  /** The answer that says what became of lines; tries until there is one. */
  async #answer(path, lines, mayBeMissing = false) {
    const body = Buffer.from(`${lines.join('\n')}\n`);
    const zipped = body.length > GZIP_FROM ? await gzip(body, { level: 5 }) : null;
    for (let pause = this.firstRetry; ; pause = Math.min(pause * 2, this.lastRetry)) {
      const { status, text, after } = await this.#exchange(path, zipped ?? body, zipped !== null);
      if ((status >= 200 && status < 300) || [400, 413, 415, 422].includes(status) || (status === 404 && mayBeMissing)) {
        if (this.#isOut && status < 300) {
          warn('Escalite Console answers again');
          this.#isOut = false;
        }
        this.#spoke = performance.now();
        return { status, body: text };
      }
      if (!this.#isOut) {
        this.#isOut = true;
        warn(`Escalite Console does not take sessions (${status ? `status ${status}` : text}); they wait here, the `
          + 'least important are given up first');
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, after ?? pause * (0.5 + Math.random() / 2)).unref();
        this.#wakeUp = () => {
          clearTimeout(timer);
          this.#wakeUp = () => {};
          resolve();
        };
      });
    }
  }

  #exchange(path, body, isZipped, again = true) {
    return new Promise((resolve) => {
      const { options, agent, library } = this.#place();
      const fail = (error) => resolve({ status: 0, text: error.code ?? error.message });
      const request = library.request({ ...options, agent, path, method: 'POST', headers: this.#headers(body, isZipped, options.token) });
      const timer = setTimeout(() => request.destroy(new Error('no answer in time')), this.timeout).unref();
      request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => {
        clearTimeout(timer);
        if (again && request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code))
          resolve(this.#exchange(path, body, isZipped, false)); // The console had closed what idled.
        else fail(error);
      });
      request.on('response', (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', fail);
        response.on('close', () => clearTimeout(timer));
        response.on('end', () => {
          const wait = Number(response.headers['retry-after']);
          const after = Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 300) * 1000 : undefined;
          resolve({ status: response.statusCode, text: Buffer.concat(parts).toString(), after });
        });
      });
      request.end(body);
    });
  }

  #headers(body, isZipped, token) {
    return {
      'Content-Type': 'application/x-ndjson', 'Content-Length': body.length, 'User-Agent': 'escalite-console.mjs',
      'X-Escalite-Source': latin1(this.service), 'X-Escalite-Client': latin1(this.name),
      ...(isZipped ? { 'Content-Encoding': 'gzip' } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    };
  }

  /** Where the console is now: it may have started again elsewhere. */
  #place() {
    const endpoint = endpointFile();
    const addresses = endpoint.addresses ?? [];
    const hasSocket = endpoint.socket && existsSync(endpoint.socket);
    const url = this.url
      || (hasSocket ? `unix:${endpoint.socket}` : `http://${addresses[0] ?? '127.0.0.1:4377'}`);
    const isSecure = url.startsWith('https:');
    const library = isSecure ? https : http;
    const isUnix = url.startsWith('unix:');
    const place = isUnix ? null : quietly(() => new URL(url)) ?? new URL('http://127.0.0.1:4377');
    let { token } = this;
    if (!token && (addresses.includes(place?.host) || url === `unix:${endpoint.socket}`))
      token = quietly(() => readFileSync(endpoint.ingest_token_file, 'utf8').trim());
    const options = isUnix
      ? { socketPath: url.slice(5), host: 'localhost', token }
      : { host: place.hostname.replace(/^\[|\]$/g, ''), port: place.port || undefined, token };
    if (this.#agent?.url !== url) {
      this.#agent?.agent.destroy();
      this.#agent = { url, agent: new library.Agent({ keepAlive: true, maxSockets: 1 }) };
    }
    return { options, library, agent: this.#agent.agent };
  }

  /** For the end of the process, when nothing can be awaited: a small program sends what waits. */
  _leave() {
    const waiting = [...this.#inFlight, ...this.#queues.flat().sort((a, b) => a.order - b.order)];
    const parts = [];
    for (const kind of ['document', 'event']) {
      const lines = waiting.filter((item) => item.kind === kind).map((item) => this.#finished(item));
      if (lines.length) parts.push({ path: kind === 'event' ? '/v1/events' : '/v1/sessions', lines });
    }
    if (this.#report.size || (this.live && this.#number))
      parts.push({ path: '/v1/events', lines: [this.#sign(this.#report, true)] });
    if (!parts.length || this.#isOut) return;
    const { options, library } = this.#place();
    const posts = parts.map(({ path, lines }) => {
      const body = `${lines.join('\n')}\n`;
      return { ...options, path, method: 'POST', body, headers: this.#headers(Buffer.from(body), false, options.token) };
    });
    const program = `const posts = JSON.parse(require('fs').readFileSync(0));
      const next = () => { const { body, ...post } = posts.shift() ?? process.exit();
        require('${library === https ? 'https' : 'http'}').request(post, (r) => r.resume().on('end', next))
          .on('error', () => process.exit(1)).end(body); };
      next();`;
    spawnSync(process.execPath, ['-e', program], {
      input: JSON.stringify(posts), timeout: EXIT_PATIENCE, stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
  }

  #finished(item) {
    if (item.kind !== 'event' || item.line.endsWith('}')) return item.line;
    const dropped = item.rank === ENDING ? `,"dropped":${item.session.dropped}` : '';
    return `${item.line}${dropped},"seq":${++this.#number}}`;
  }
}

const pathOf = (batch) => (batch[0].kind === 'event' ? '/v1/events' : '/v1/sessions');
const latin1 = (text) => Buffer.from(text).toString('latin1'); // Node writes headers as Latin-1; the bytes are UTF-8.
const warn = (text) => process.emitWarning(text, { code: 'ESCALITE' });

const clients = new Set();
let theOne = null;
function theClient() {
  theOne ??= new Client();
  return theOne;
}

let hasFlushed = false;
process.on('beforeExit', async () => {
  if (hasFlushed) return;
  hasFlushed = true;
  await Promise.all([...clients].map((client) => client.flush()));
});
process.on('exit', () => {
  for (const client of clients) quietly(() => client._leave());
});
process.on('uncaughtExceptionMonitor', (error) => {
  if (typeof error === 'object' && error !== null && recorded.has(error)) return;
  const session = current() ?? new Session();
  session.logException(error);
  session.end();
});

/** Replaces the client of everything that names none; the options are those of Client. */
export function configure(options) {
  theOne = new Client(options);
  return theOne;
}

/** The session of the current request, or null. */
export function current() {
  const session = storage.getStore();
  return session && !session.ended ? session : null;
}

/** An entry of the current request, as Session.log; nothing outside one. */
export function log(key, value, fields) {
  current()?.log(key, value, fields);
}

/** Does work as a call of a service within the current request: its end is the call's, its error the call's failure. */
export function call(service, fields, work) {
  const session = current();
  if (!session) return work();
  const number = session.startCall(service, fields);
  const finish = (result) => {
    const code = quietly(() => (typeof result?.status === 'number' ? result.status : undefined));
    session.stopCall(service, { number, code, level: code === undefined ? 'info' : statusLevel(code) });
    return result;
  };
  const fail = (error) => {
    session.stopCall(service, { number, level: 'error', message: error?.message, errorTrace: error?.stack });
    throw error;
  };
  try {
    const result = work();
    return typeof result?.then === 'function' ? result.then(finish, fail) : finish(result);
  } catch (error) {
    return fail(error);
  }
}

/** Does work(session) within a session of its own, which ends with it, and returns what it returns. */
export function session(route, work, options) {
  const own = new Session(route, options);
  const finish = (result) => {
    own.end();
    return result;
  };
  const fail = (error) => {
    own.logException(error);
    own.end();
    throw error;
  };
  return storage.run(own, () => {
    try {
      const result = work(own);
      return typeof result?.then === 'function' ? result.then(finish, fail) : finish(result);
    } catch (error) {
      return fail(error);
    }
  });
}

/** A session for request, which ends when the last of the response has been sent, or the client has gone. */
function begin(request, response, options) {
  const path = String(request.originalUrl ?? request.url ?? '/').split('?')[0];
  const own = new Session(`${request.method} ${path}`, { traceparent: request.headers?.traceparent, ...options });
  const end = (isWhole) => {
    if (own.ended) return;
    const route = request.route?.path;
    if (typeof route === 'string') own.log('route', (request.baseUrl ?? '') + route, { tag: 'api_logs' });
    if (isWhole || response.headersSent) own.respond(response.statusCode);
    if (!isWhole) own.log('interrupted', null, { tag: 'error_logs', level: 'warning', message: 'the client has gone' });
    own.end();
  };
  response.on('finish', () => end(true));
  response.on('close', () => end(response.writableFinished !== false));
  return own;
}

/** Middleware for express and connect. */
export function middleware(options) {
  return (request, response, next) => {
    const own = quietly(() => begin(request, response, options));
    if (own) storage.run(own, next);
    else next();
  };
}

/** The last middleware of express: records what a route threw, and passes it on. */
export function errors() {
  return (error, request, response, next) => {
    current()?.logException(error);
    next(error);
  };
}

/** A handler for node:http that does what handler does, each request within a session. */
export function wrap(handler, options) {
  return function wrapped(request, response, ...more) {
    const own = quietly(() => begin(request, response, options));
    if (!own) return handler.call(this, request, response, ...more);
    const fail = (error) => {
      own.logException(error);
      own.end();
      throw error;
    };
    return storage.run(own, () => {
      try {
        const result = handler.call(this, request, response, ...more);
        return typeof result?.then === 'function' ? result.then(undefined, fail) : result;
      } catch (error) {
        return fail(error);
      }
    });
  };
}

export const forward = (document) => theClient().forward(document);
export const flush = (most) => theClient().flush(most);

export default { Client, Session, call, configure, current, errors, flush, forward, log, middleware, redact, session, wrap };

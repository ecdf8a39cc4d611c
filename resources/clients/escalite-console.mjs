// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT
//
// Tells Escalite Console what each request of a service did. Node 18 or later, nothing else.
//
//     app.use(escalite.middleware()); … app.use(escalite.errors())        // express; errors() comes last
//     http.createServer(escalite.wrap(handler))                           // node:http
//     escalite.log('user', 42)                                 // an entry of the current request, anywhere below it
//     await escalite.call('payment', { url }, () => fetch(url))           // a call of a service
//     await escalite.session('cron nightly', async () => { … })           // what is no web request
//
// A console on this machine is found by itself; ESCALITE_URL and ESCALITE_TOKEN name another. ESCALITE_SERVICE names the
// service, ESCALITE_LIVE=1 shows requests while they run, ESCALITE_MIN_LEVEL leaves out what is below,
// ESCALITE_DISABLED=1 switches off. Nothing here throws into a request or waits for the console; when too much waits,
// the lowest level is given up first and the console is told.

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'];
const ENDING = LEVELS.length; // The end of a live session ranks above every level: without it the session stays open.
const SECTIONS = ['api_logs', 'service_logs', 'error_logs'];
const MEMBERS = ['value', 'code', 'message', 'log_level', 'peak_level', 'log_time', 'extras', 'url', 'error_trace',
  'start_time', 'end_time', 'time_elapsed', 'calls'];
// The console takes 1 MiB and 20,000 JSON values a document. Both are kept by one sum: a byte costs 1, a JSON value 50
// more, and an entry or a call, whose own members are many, 1000 more.
const [NODE_COST, ENTRY_COST, VALUE_LIMIT, SESSION_LIMIT] = [50, 1000, 100_000, 900_000];
const TEXT_LIMIT = 32 * 1024;
const [BATCH_COUNT, BATCH_BYTES] = [512, 1024 * 1024];
const SECRET = /(authorization|cookies?|passwords?|passwd|secrets?|token|api[-_.]?keys?)([^a-z]|$)/i;
const SECRET_IN_URL = /([?&;][^=&#]*(?:password|passwd|secret|token|key|signature)=)[^&#]*/gi;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/;

const storage = new AsyncLocalStorage();
const recorded = new WeakSet(); // errors that stand in a session already

/** What is sent in the place of value. Give Sink another function of this kind to decide otherwise. */
export const redact = (key, value) => (SECRET.test(key) ? `[hidden: ${key}]` : value);

/** A mistake in here must not become one of the request. */
function quietly(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** What work returns or promises, after done or failed has seen it. */
function follow(work, done, failed) {
  const succeed = (result) => (quietly(() => done(result)), result);
  const fail = (error) => {
    quietly(() => failed(error));
    throw error;
  };
  let result;
  try {
    result = work();
  } catch (error) {
    return fail(error);
  }
  return typeof result?.then === 'function' ? result.then(succeed, fail) : succeed(result);
}

const rankOf = (level) => {
  const name = String(level ?? 'info').toLowerCase();
  const rank = LEVELS.indexOf({ warn: 'warning', fatal: 'critical' }[name] ?? name);
  return rank < 0 ? 1 : rank;
};
const worse = (one, other) => (rankOf(one) >= rankOf(other) ? one : other);
const statusLevel = (status) => (status >= 500 ? 'error' : status >= 400 ? 'warning' : 'info');
const round = (seconds) => Math.round(seconds * 1e6) / 1e6;
const now = () => round((performance.timeOrigin + performance.now()) / 1000);
const wellFormed = (text) => text.replace(/\p{Surrogate}|\0/gu, '\ufffd');
const keyOf = (key) => wellFormed(String(key).slice(0, 80)) || '?';
const given = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
const warn = (text) => process.emitWarning(text, { code: 'ESCALITE' });

/** { value, cost }, where value is of JSON's types alone, finite, bounded and without secrets. */
function clean(original, hide) {
  let left = VALUE_LIMIT;
  const textOf = (value) => {
    const whole = String(value);
    const over = whole.length - TEXT_LIMIT;
    const text = over > 0 ? `${wellFormed(whole.slice(0, TEXT_LIMIT))}…(truncated ${over})` : wellFormed(whole);
    left -= Buffer.byteLength(text);
    return text;
  };
  const walk = (value, depth) => {
    left -= NODE_COST;
    if (value == null || typeof value === 'boolean') return value ?? null;
    if (typeof value === 'number' && Math.abs(value) < 2 ** 63) return value;
    if (value instanceof Error) return textOf(value.stack ?? value);
    if (typeof value !== 'object') return textOf(value);
    if (typeof value.toJSON === 'function') return textOf(value.toJSON());
    if (ArrayBuffer.isView(value)) return `…(${value.byteLength} bytes)`;
    const isList = Array.isArray(value) || value instanceof Set;
    const items = isList || value instanceof Map ? [...value] : Object.entries(value);
    const kept = [];
    for (const item of items) {
      if (depth >= 16 || left <= 0) {
        const rest = `(truncated ${items.length - kept.length})`;
        kept.push(isList ? `…${rest}` : ['…', rest]);
        break;
      }
      kept.push(isList ? walk(item, depth + 1) : [keyOf(item[0]), walk(hide(keyOf(item[0]), item[1]), depth + 1)]);
    }
    return isList ? kept : Object.fromEntries(kept);
  };
  return { value: walk(original, 0), cost: VALUE_LIMIT - left };
}

/** What one request did. Live, each step is told as it happens, also one that comes after the end. Otherwise the whole is
 * sent at the end, and what comes later is counted as lost. */
export class Session {
  alertId = randomUUID();
  level = 'info';
  ended = false;
  dropped = 0; // entries and calls that are not in it
  #sink;
  #sections = new Map(SECTIONS.map((name) => [name, new Map()])); // and '' for entries without a section
  #known = new Set();
  #calls = new Map(); // by service, how many
  #cost = 0;
  #forced = false;
  #started = now();
  #date = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace('T', ' ');

  /** route: "POST /pay", or any name. */
  constructor(route = '', { traceparent, sink = theSink() } = {}) {
    this.#sink = sink;
    const [, method, path = String(route)] = /^(\S+) (\/.*)$/s.exec(String(route)) ?? [];
    if (sink.live) {
      this.#tell('session_start', 'info', {
        source: sink.service, method: method?.toUpperCase(), path: clean(path, redact).value, log_date: this.#date });
    } else {
      if (method) this.log('request_method', method.toUpperCase(), { tag: 'api_logs' });
      if (path) this.log('request_path', path, { tag: 'api_logs' });
    }
    const [, trace, span] = TRACEPARENT.exec(traceparent ?? '') ?? [];
    if (trace) this.log('trace_id', trace, { tag: 'api_logs' });
    if (span) this.log('span_id', span, { tag: 'api_logs' });
  }

  /** An entry, in a section when tag names one. The same key again changes the entry; null changes nothing. */
  log(key, value = null, { tag = '', level, code, message, extras, errorTrace } = {}) {
    this.#record('entry', tag, key, level, { value, code, message, error_trace: errorTrace, extras });
  }

  /** The HTTP status of the answer: from 500 on an error, from 400 on a warning. */
  respond(status) {
    this.log('response_status', status, { tag: 'api_logs', code: status, level: statusLevel(status) });
  }

  logException(error, key = 'unhandled_exception', level = 'error') {
    if (typeof error === 'object' && error !== null) recorded.add(error);
    const message = quietly(() => String(error?.message || error));
    this.log(key, error?.name ?? typeof error, { tag: 'error_logs', level, message, errorTrace: error?.stack });
  }

  /** Begins a call of a service, and returns the function that ends it: finish({ message, level, code, errorTrace }). */
  startCall(service, { message, url, extras } = {}) {
    const number = this.#record('call_start', 'service_logs', service, 'info', { message, url, extras });
    return ({ message: last, level, code, errorTrace, extras: more } = {}) => {
      const fields = { message: last, code, error_trace: errorTrace, extras: more };
      if (number) this.#record('call_stop', 'service_logs', service, level, fields, number);
    };
  }

  /** Does work as a call of a service: its end is the call's, its error the call's failure, its status the call's code. */
  call(service, fields, work) {
    const finish = this.startCall(service, fields);
    return follow(work, (result) => {
      const code = typeof result?.status === 'number' ? result.status : undefined;
      finish({ code, level: statusLevel(code ?? 0) });
    }, (error) => finish({ level: 'error', message: error?.message, errorTrace: error?.stack }));
  }

  /** Raises the level of the session; lowers it only by force. Returns the level in force. */
  setLevel(level, { force } = {}) {
    if (this.ended) return this.level;
    const wanted = LEVELS[rankOf(level)];
    this.#forced ||= Boolean(force) && rankOf(wanted) < rankOf(this.level);
    this.level = force ? wanted : worse(wanted, this.level);
    this.#tell('level', wanted, { log_level: wanted, force });
    return this.level;
  }

  /** Ends it and hands it over. A second end does nothing. */
  end() {
    quietly(() => {
      if (this.ended) return;
      const end = now();
      this.#tell('session_end', this.level, { time_elapsed: round(end - this.#started) });
      this.ended = true;
      if (!this.#sink.live && rankOf(this.level) >= rankOf(this.#sink.minLevel))
        this.#sink.put('session', rankOf(this.level), JSON.stringify(this.#document(end)), this);
    });
  }

  /** Writes an entry, or the beginning or end of a call. The number of the call. */
  #record(kind, tag, name, wanted, { value, url, message, ...more }, number = 0) {
    return quietly(() => {
      const [section, key, level, sink] = [tag && keyOf(tag), keyOf(name), LEVELS[rankOf(wanted)], this.#sink];
      const fields = given({
        ...more, value: value == null ? null : sink.redact(key, value), message: message == null ? null : String(message),
        url: url == null ? null : String(url).replace(/:\/\/[^/?#@\s]*@/g, '://').replace(SECRET_IN_URL, '$1[hidden]'),
      });
      let cost = 0;
      for (const [field, content] of Object.entries(fields)) {
        const cleaned = clean(content, sink.redact);
        fields[field] = cleaned.value;
        cost += cleaned.cost;
      }
      if (this.ended && !sink.live) return sink.lose('late', level);
      const isNew = !this.#known.has(`${section}\n${key}`);
      cost += ENTRY_COST * (Number(isNew) + Number(kind === 'call_start'));
      if (this.#cost + cost > SESSION_LIMIT) {
        this.dropped += 1;
        return 0;
      }
      this.#cost += cost;
      this.#known.add(`${section}\n${key}`);
      const call = number || (kind === 'call_start' ? (this.#calls.get(key) ?? 0) + 1 : 0);
      if (kind === 'call_start') this.#calls.set(key, call);
      this.level = worse(level, this.level);
      const where = call ? { service: key, call } : { section: section || null, key };
      if (sink.live) this.#tell(kind, level, { ...where, ...fields, log_level: level });
      else this.#keep(kind, section, key, level, call, isNew, fields);
      return call;
    });
  }

  /** Puts into the document what the console makes of the same event. */
  #keep(kind, section, key, level, number, isNew, { extras, ...fields }) {
    const at = now();
    if (!this.#sections.has(section)) this.#sections.set(section, new Map());
    const entries = this.#sections.get(section);
    if (isNew) {
      entries.set(key, { value: null, code: null, message: null, log_level: level, peak_level: level, start_time: at });
    }
    const entry = entries.get(key);
    Object.assign(entry, { log_time: at, peak_level: worse(level, entry.peak_level) });
    if (extras) entry.extras = { ...extras, ...entry.extras, ...given(extras) };
    if (kind === 'call_start') {
      entry.calls ??= [];
      entry.calls.push({ message: null, code: null, log_level: level, url: null, start_time: at, end_time: null,
        time_elapsed: null });
    }
    const call = entry.calls?.[number - 1];
    if (call) {
      for (const name of ['message', 'code', 'url']) call[name] = fields[name] ?? call[name];
      call.log_level = level;
      if (kind === 'call_stop') Object.assign(call, { end_time: at, time_elapsed: round(at - call.start_time) });
    }
    const newest = entry.calls?.at(-1); // Of its calls, the entry of a service shows the newest.
    if (!call || call === newest) Object.assign(entry, fields, { log_level: level });
    if (newest) {
      const { start_time, end_time, time_elapsed } = newest;
      Object.assign(entry, { start_time, end_time, time_elapsed });
    } else if (section && !isNew) {
      Object.assign(entry, { end_time: at, time_elapsed: round(at - entry.start_time) });
    }
  }

  /** The whole of it as the console takes it. */
  #document(end) {
    const wire = (section) => [...this.#sections.get(section)].map(([key, entry]) => [key, Object.fromEntries(
      MEMBERS.filter((name, index) => (index < 3 || entry[name] != null) && (section || name !== 'start_time')
        && (name !== 'peak_level' || entry.peak_level !== entry.log_level)).map((name) => [name, entry[name]]),
    )]);
    const tagged = (section) => {
      const peaks = [...this.#sections.get(section).values()].map((entry) => entry.peak_level);
      const level = peaks.length ? [['log_level', peaks.reduce(worse, 'info')]] : [];
      return Object.fromEntries([...level, ...wire(section)]);
    };
    const own = [...this.#sections.keys()].filter((name) => name && !SECTIONS.includes(name));
    return {
      escalite: { format: 1, ...(this.dropped ? { dropped: this.dropped } : {}) },
      alert_id: this.alertId, source: this.#sink.service,
      ...Object.fromEntries(SECTIONS.map((name) => [name, tagged(name)])),
      ...(own.length ? { sections: Object.fromEntries(own.map((name) => [name, tagged(name)])) } : {}),
      ...(this.#sections.has('') ? { entries: Object.fromEntries(wire('')) } : {}),
      log_level: this.level, ...(this.#forced ? { forced: true } : {}),
      start_time: this.#started, end_time: end, log_date: this.#date, time_elapsed: round(end - this.#started),
    };
  }

  #tell(kind, level, members) {
    const [sink, rank] = [this.#sink, kind === 'session_end' ? ENDING : rankOf(level)];
    if (!sink.live || (rank < rankOf(sink.minLevel) && kind !== 'session_start')) return;
    sink.put(kind, rank, JSON.stringify({ event: kind, alert_id: this.alertId, at: now(), ...given(members) }), this);
  }
}

/** The way to one console: a bounded queue and one request at a time. Times are in milliseconds. */
export class Sink {
  accepted = 0; // sessions and events that the console confirmed
  discarded = {}; // by reason, since the start
  #queues = Array.from({ length: ENDING + 1 }, () => []); // by rank
  #inFlight = [];
  #count = 0;
  #bytes = 0;
  #handed = 0;
  #settled = 0;
  #number = 0;
  #open = 0;
  #lost = new Map(); // "reason level": { sessions, events } that the console has not been told of
  #waiters = new Set(); // of flush()
  #isRunning = false;
  #isOut = false;
  #hurry = false;
  #timer;
  #pulse; // the timer of the next sign of life

  /** What is missing comes from the environment. maxQueued: sessions (2048), or events when live (16384). */
  constructor(options = {}) {
    const { env } = process;
    const isSet = (name) => !['', '0', 'false', 'no', 'off'].includes((env[name] ?? '').toLowerCase());
    const program = basename(process.argv[1] ?? '').replace(/\.[^.]*$/, '');
    const service = options.service || env.ESCALITE_SERVICE || env.OTEL_SERVICE_NAME || program || 'node';
    const live = options.live ?? isSet('ESCALITE_LIVE');
    Object.assign(this, {
      live, disabled: isSet('ESCALITE_DISABLED'), minLevel: env.ESCALITE_MIN_LEVEL || 'debug', redact,
      url: env.ESCALITE_URL, token: env.ESCALITE_TOKEN, maxQueued: live ? 16_384 : 2048, maxBytes: 8 * 1024 * 1024,
      delay: live ? 50 : 1000, firstRetry: 1000, lastRetry: 60_000, heartbeat: 5000, ...given(options),
      service: wellFormed(String(service).replace(/\p{C}/gu, '').slice(0, 120)),
    });
    this.name = `${this.service}@${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
    sinks.add(this);
  }

  /** Waits until what was handed over by now is answered, most milliseconds at the longest. Whether it is. */
  flush(most = 2000) {
    const handed = this.#handed;
    this.#hurry = this.#count > 0;
    if (this.#count) this.#schedule();
    return new Promise((resolve) => {
      const waiter = (isOver) => {
        if (!isOver && this.#settled < handed) return;
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(this.#settled >= handed);
      };
      const timer = setTimeout(waiter, most, true);
      this.#waiters.add(waiter);
      waiter(false);
    });
  }

  /** Queues a session's document, or one of its events. */
  put(kind, rank, line, session) {
    if (this.disabled) return;
    this.#queues[rank].push({ kind, rank, line, session, order: ++this.#handed, bytes: Buffer.byteLength(line) });
    this.#bytes += this.#queues[rank].at(-1).bytes;
    this.#count += 1;
    this.#open += { session_start: 1, session_end: -1 }[kind] ?? 0;
    while (this.#count > this.maxQueued || this.#bytes > this.maxBytes)
      this.#settle(this.#pop(this.#queues.find((queue) => queue.length)), 'queue_full');
    if (this.#count === 1 || this.#isFull()) this.#schedule();
  }

  /** Counts an entry that nothing can be done with any more, to be told to the console. */
  lose(reason, level) {
    this.#countLost(reason, level, 'events');
    this.#schedule();
  }

  #countLost(reason, level, what) {
    const counts = this.#lost.get(`${reason} ${level}`) ?? { sessions: 0, events: 0 };
    counts[what] += 1;
    this.#lost.set(`${reason} ${level}`, counts);
    this.discarded[reason] = (this.discarded[reason] ?? 0) + 1;
  }

  #isFull() {
    return this.#count >= BATCH_COUNT || this.#bytes >= BATCH_BYTES;
  }

  #pop(queue) {
    this.#count -= 1;
    this.#bytes -= queue[0].bytes;
    return queue.shift();
  }

  /** The item is with the console, or lost because of problem. */
  #settle(item, problem) {
    this.#settled += 1;
    if (problem) {
      const level = item.rank === ENDING ? item.session.level : LEVELS[item.rank];
      this.#countLost(problem, level, item.kind === 'session' ? 'sessions' : 'events');
      item.session.dropped += 1;
    } else {
      this.accepted += 1;
    }
    for (const waiter of [...this.#waiters]) waiter(false);
  }

  /** Sends in delay milliseconds what waits then; nothing here keeps the program alive. */
  #schedule(delay = this.#hurry || this.#isFull() ? 0 : this.delay) {
    if (this.#isRunning || (this.#timer && delay > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), delay).unref();
  }

  async #run() {
    clearTimeout(this.#pulse);
    this.#isRunning = true;
    try {
      do {
        if (this.#lost.size || (this.live && (!this.#number || !this.#count))) await this.#say();
        this.#inFlight = this.#take();
        if (this.#inFlight.length) await this.#send(this.#inFlight);
      } while (this.#hurry || this.#isFull());
    } catch (error) {
      warn(`Escalite Console was not told: ${error?.message}`);
      for (const item of this.#inFlight) this.#settle(item, 'unwritable');
    }
    this.#inFlight = [];
    this.#timer = undefined;
    this.#isRunning = false;
    if (this.#count || this.#lost.size) this.#schedule();
    else if (this.live && this.#open > 0) this.#pulse = setTimeout(() => this.#run(), this.heartbeat).unref();
  }

  /** The oldest of what waits that make a batch: documents, or events. */
  #take(isAll = false) {
    const batch = [];
    for (let bytes = 0; this.#count && (isAll || batch.length < BATCH_COUNT);) {
      const queue = this.#queues.filter((each) => each.length).reduce((a, b) => (a[0].order < b[0].order ? a : b));
      bytes += queue[0].bytes;
      if (batch.length && !isAll && (bytes > BATCH_BYTES || pathOf(queue[0]) !== pathOf(batch[0]))) break;
      const item = this.#pop(queue);
      if (item.kind !== 'session') { // By its number the console sees what is missing.
        const dropped = item.rank === ENDING ? `,"dropped":${item.session.dropped}` : '';
        item.line = `${item.line.slice(0, -1)}${dropped},"seq":${++this.#number}}`;
      }
      batch.push(item);
    }
    this.#hurry &&= this.#count > 0;
    return batch;
  }

  async #send(batch) {
    const { status, text } = await this.#answer(pathOf(batch[0]), batch.map((item) => item.line));
    if (status === 413 && batch.length > 1) {
      await this.#send(batch.slice(0, batch.length >> 1));
      await this.#send(batch.slice(batch.length >> 1));
      return;
    }
    const results = quietly(() => JSON.parse(text).results);
    const rejected = Array.isArray(results) ? results.filter((each) => each.status === 'rejected') : [];
    if (rejected.length) warn(`Escalite Console refuses ${rejected.length} of ${batch.length}: ${rejected[0].reason}`);
    const refused = new Set(rejected.map((each) => each.index));
    const problem = status < 300 || results ? undefined : status === 413 ? 'too_large' : 'refused';
    for (const [index, item] of batch.entries()) this.#settle(item, refused.has(index) ? 'refused' : problem);
  }

  /** Tells the console that this client is there, and what was lost. */
  async #say() {
    const lost = this.#lost;
    this.#lost = new Map();
    await this.#answer('/v1/events', [this.#sign(lost, false)], true);
  }

  #sign(lost, leaves) {
    const discarded = [...lost].map(([key, counts]) => {
      const [reason, log_level] = key.split(' ');
      return { reason, log_level, ...counts };
    });
    return JSON.stringify({ event: 'client', client: this.name, at: now(), seq: ++this.#number, source: this.service,
      leaves, heartbeat: this.live ? this.heartbeat / 1000 : undefined, discarded });
  }

  /** The answer that says what became of lines; tries until there is one. */
  async #answer(path, lines, mayBeMissing = false) {
    for (let pause = this.firstRetry; ; pause = Math.min(pause * 2, this.lastRetry)) {
      const { status, text, after } = await this.#post(path, lines);
      const isFinal = [400, 413, 415, 422].includes(status) || (status === 404 && mayBeMissing);
      if (isFinal || (status >= 200 && status < 300)) {
        if (this.#isOut) warn('Escalite Console answers again');
        this.#isOut = false;
        return { status, text };
      }
      if (!this.#isOut) {
        warn(`Escalite Console does not take sessions (${status ? `status ${status}` : text}); they wait here, the least `
          + 'important are given up first');
      }
      this.#isOut = true;
      await new Promise((resolve) => {
        setTimeout(resolve, after ?? pause * (0.5 + Math.random() / 2)).unref();
      });
    }
  }

  /** One POST. Status 0 and why when there was no answer. */
  #post(path, lines) {
    return new Promise((resolve) => {
      const { library, options, body } = this.#request(path, lines);
      const fail = (error) => resolve({ status: 0, text: error.code ?? error.message });
      library.request({ ...options, signal: AbortSignal.timeout(10_000) }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part)).on('error', fail).on('end', () => resolve({
          status: response.statusCode, text: Buffer.concat(parts).toString(), after: waitOf(response.headers['retry-after']),
        }));
      }).on('socket', (socket) => socket.unref()).on('error', fail).end(body);
    });
  }

  /** Where the console is now, since it may have started again elsewhere, and what to send there. */
  #request(path, lines) {
    const { addresses = [], socket, ingest_token_file: file } = endpointFile();
    const found = socket && existsSync(socket) ? `unix:${socket}` : `http://${addresses[0] ?? '127.0.0.1:4377'}`;
    const url = this.url || found;
    const place = url.startsWith('unix:') ? null : new URL(url);
    const isOwn = addresses.includes(place?.host) || url === `unix:${socket}`;
    const token = this.token || (isOwn ? quietly(() => readFileSync(file, 'utf8').trim()) : undefined);
    const whole = Buffer.from(`${lines.join('\n')}\n`);
    const body = whole.length > 1024 ? gzipSync(whole, { level: 5 }) : whole;
    const headers = given({
      'Content-Type': 'application/x-ndjson', 'Content-Length': body.length, 'User-Agent': 'escalite-console.mjs',
      'Content-Encoding': body === whole ? null : 'gzip', Authorization: token ? `Bearer ${token}` : null,
      'X-Escalite-Source': latin1(this.service), 'X-Escalite-Client': latin1(this.name),
    });
    const where = place ? { host: place.hostname.replace(/^\[|\]$/g, ''), port: place.port }
      : { socketPath: url.slice('unix:'.length), host: 'localhost' };
    const library = place?.protocol === 'https:' ? https : http;
    return { library, options: { ...where, path, method: 'POST', agent: false, headers }, body };
  }

  /** At the end of the process, when nothing can be awaited, a small program sends what waits; for 2 s at most. */
  _leave() {
    if (this.#isOut) return;
    const waiting = [...this.#inFlight, ...this.#take(true)];
    const parts = ['/v1/sessions', '/v1/events'].map((path) => ({
      path, lines: waiting.filter((item) => pathOf(item) === path).map((item) => item.line),
    }));
    if (this.#lost.size || (this.live && this.#number)) parts[1].lines.push(this.#sign(this.#lost, true));
    const posts = parts.filter((part) => part.lines.length).map((part) => this.#request(part.path, part.lines));
    if (!posts.length) return;
    const program = `const next = (posts) => posts.length && require(posts[0].name).request(posts[0].options,
      (r) => r.resume().on('end', () => next(posts.slice(1)))).end(Buffer.from(posts[0].body, 'base64'));
      next(JSON.parse(require('fs').readFileSync(0)));`;
    const input = JSON.stringify(posts.map(({ library, options, body }) => (
      { name: library === https ? 'https' : 'http', options, body: body.toString('base64') })));
    spawnSync(process.execPath, ['-e', program], {
      input, timeout: 2000, stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, NODE_OPTIONS: '' } });
  }
}

const pathOf = (item) => (item.kind === 'session' ? '/v1/sessions' : '/v1/events');
const latin1 = (text) => Buffer.from(text).toString('latin1'); // Node writes headers as Latin-1; the bytes are UTF-8.

/** What Retry-After says, a number or a date, as milliseconds from now; 5 minutes at most. */
function waitOf(retryAfter) {
  const wait = /^\d+$/.test(retryAfter) ? retryAfter * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), 300_000);
}

/** What a running console says of itself, or nothing. */
function endpointFile() {
  const folders = [join(process.env.XDG_RUNTIME_DIR || '/nowhere', 'escalite'),
    join(process.env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'escalite/run')];
  const read = (folder) => quietly(() => JSON.parse(readFileSync(join(folder, 'endpoint.json'), 'utf8')));
  return read(folders[0]) ?? read(folders[1]) ?? {};
}

const sinks = new Set();
let theOne = null;
const theSink = () => (theOne ??= new Sink());

let hasFlushed = false;
process.on('beforeExit', () => {
  if (!hasFlushed) for (const sink of sinks) sink.flush();
  hasFlushed = true;
});
process.on('exit', () => {
  for (const sink of sinks) quietly(() => sink._leave());
});
process.on('uncaughtExceptionMonitor', (error) => {
  if (typeof error === 'object' && error !== null && recorded.has(error)) return;
  const session = current() ?? new Session();
  session.logException(error);
  session.end();
});

/** Replaces the sink of everything that names none; the options are those of Sink. */
export function configure(options) {
  theOne = new Sink(options);
  return theOne;
}

/** The session of the current request, or undefined. */
export const current = () => storage.getStore();

/** An entry of the current request, as Session.log; nothing outside one. */
export const log = (key, value, fields) => current()?.log(key, value, fields);

/** Does work as a call of a service within the current request, as Session.call. */
export const call = (service, fields, work) => (current() ? current().call(service, fields, work) : work());

/** Does work(session) within a session of its own, which ends with it, and returns what it returns. */
export function session(route, work, options) {
  const own = new Session(route, options);
  return storage.run(own, () => follow(() => work(own), () => own.end(), (error) => {
    own.logException(error);
    own.end();
  }));
}

/** A session for request, which ends when the last of the response has been sent, or the client has gone. */
function begin(request, response, options) {
  const path = String(request.originalUrl ?? request.url ?? '/').split('?')[0];
  const own = new Session(`${request.method} ${path}`, { traceparent: request.headers?.traceparent, ...options });
  const end = (isWhole) => {
    if (own.ended) return;
    const route = request.route?.path; // Of express.
    if (typeof route === 'string') own.log('route', (request.baseUrl ?? '') + route, { tag: 'api_logs' });
    if (isWhole || response.headersSent) own.respond(response.statusCode);
    if (!isWhole) own.log('interrupted', null, { tag: 'error_logs', level: 'warning', message: 'the client has gone' });
    own.end();
  };
  response.on('finish', () => end(true)).on('close', () => end(response.writableFinished !== false));
  return own;
}

/** Middleware for express and connect. */
export const middleware = (options) => (request, response, next) => {
  storage.run(quietly(() => begin(request, response, options)), next);
};

/** The last middleware of express: records what a route threw, and passes it on. */
export const errors = () => (error, request, response, next) => {
  current()?.logException(error);
  next(error);
};

/** A handler for node:http that does what handler does, each request within a session. */
export const wrap = (handler, options) => (request, response) => {
  const own = quietly(() => begin(request, response, options));
  return storage.run(own, () => follow(() => handler(request, response), () => {}, (error) => {
    own.logException(error);
    own.end();
  }));
};

export const flush = (most) => theSink().flush(most);

export default { Session, Sink, call, configure, current, errors, flush, log, middleware, redact, session, wrap };

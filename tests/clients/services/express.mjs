// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A framework shaped like express, as far as a middleware sees it, and a service in it: (request, response, next),
// handlers of errors with four parameters, request.route and request.originalUrl. Asked for each of its own routes.

import http from 'node:http';
import { pathToFileURL } from 'node:url';

const { default: escalite } = await import(pathToFileURL(process.argv[2]));
escalite.configure({ delay: 20 });

const layers = [];
function handle(request, response) {
  request.originalUrl = request.url;
  const run = (index, error) => {
    const layer = layers[index];
    if (!layer) return response.writeHead(error ? 500 : 404).end();
    const next = (failure) => run(index + 1, failure);
    if (layer.route && !layer.matches.test(request.url.split('?')[0])) return run(index + 1, error);
    if ((layer.work.length === 4) !== (error !== undefined)) return run(index + 1, error);
    if (layer.route) Object.assign(request, { route: { path: layer.route }, baseUrl: '' });
    try {
      const done = error === undefined ? layer.work(request, response, next) : layer.work(error, request, response, next);
      return done?.catch?.(next);
    } catch (failure) {
      return next(failure);
    }
  };
  run(0);
}
const use = (work) => layers.push({ work });
const get = (route, work) => layers.push({ route, work, matches: new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`) });

use(escalite.middleware());
get('/users/:id', async (request, response) => {
  escalite.log('user', request.url.split('/')[2]);
  response.end('ok\n');
});
get('/sync', () => {
  throw new TypeError('thrown at once');
});
get('/async', async () => {
  await null;
  throw new RangeError('thrown later');
});
get('/unanswered', () => {});
use(escalite.errors());
use((error, request, response, next) => (response.headersSent ? next(error) : response.writeHead(500).end('sorry\n')));

const server = http.createServer(handle).listen(0, '127.0.0.1', async () => {
  const root = `http://127.0.0.1:${server.address().port}`;
  for (const path of ['/users/7?token=abc', '/sync', '/async', '/nowhere']) await (await fetch(root + path)).text();
  await fetch(`${root}/unanswered`, { signal: AbortSignal.timeout(50) }).catch(() => {});
  await escalite.session('job nightly', async (session) => session.log('rows', 3));
  await escalite.session('job broken', async () => { throw new Error('no rows'); }).catch(() => {});
  server.close();
  server.closeAllConnections();
});

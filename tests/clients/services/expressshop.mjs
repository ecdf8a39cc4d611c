// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A service in express itself: node expressshop.mjs CLIENT EXPRESS. Says its port.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { default: escalite } = await import(pathToFileURL(process.argv[2]));
const express = createRequire(import.meta.url)(process.argv[3]);

const app = express();
app.use(escalite.middleware());
app.use(express.json());
const users = express.Router();
users.get('/:number', (request, response) => {
  escalite.log('user', request.params.number);
  response.send('user\n');
});
app.use('/users', users);
app.get('/throw', () => {
  throw new TypeError('the basket is torn');
});
app.use(escalite.errors());
app.use((error, request, response, next) => (response.headersSent ? next(error) : response.status(500).send('sorry\n')));

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => server.close());

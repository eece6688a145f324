'use strict';
// Stands in for the one native part of aws-lambda-ric, its client of the Runtime API, which takes a C++ tool chain
// and over a minute to build. Loaded with --require before AWS's index.mjs; everything else of the runtime is AWS's.

const http = require('node:http');
const Module = require('node:module');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ headers: response.headers, bodyJson: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    request.on('error', reject).end(body);
  });
}

// The native client answers before it asks for more; here the answer is awaited at the next question.
let answered = Promise.resolve();
function answer(path, headers, body) {
  const bytes = Buffer.from(body, 'utf8');
  const all = { 'content-type': 'application/json', 'content-length': bytes.length, ...headers };
  answered = answered.then(() => call('POST', path, all, bytes));
  answered.catch(() => process.exit(1));
}

const client = {
  next: () => answered.then(() => call('GET', 'invocation/next')),
  done: (id, body) => answer(`invocation/${id}/response`, {}, body),
  error: (id, body) => answer(`invocation/${id}/error`, {}, body),
};

const load = Module._load;
Module._load = function loadOrReplace(request, ...rest) {
  return request === './rapid-client.node' ? client : load.call(this, request, ...rest);
};

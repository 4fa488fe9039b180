import { prepare, type PreparedAnswer } from '../answers/prepared-answer.js';
import { scriptedError } from '../answers/provider-error.js';
import type { Step } from '../script/script.js';
import { playStepInBackground } from '../streams/play-generation.js';
import { playStream } from '../streams/play-stream.js';
import { playWhole } from '../streams/play-whole.js';
import { breakHalfway, sendHuge } from './broken-answers.js';
import type { SharedSteps } from '../script/shared-steps.js';
import type { Exchange } from './exchange.js';
import { wholeOf } from './whole.js';

const HTML =
  '<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n';

/**
 * Plays one step on one call. Returns at once; what takes time goes on until the caller leaves.
 *
 * @param step the step
 * @param exchange the call
 * @param shared what steps depend on that all calls of a model share
 * @throws SchemaTooLarge when no answer can be made up for the request's JSON Schema
 */
export function play(step: Step, exchange: Exchange, shared: SharedSteps): void {
  if (exchange.chat.generate !== undefined && playStepInBackground(step, exchange)) {
    return;
  }
  switch (step.kind) {
    case 'ok':
      send(exchange, prepare(exchange.chat, 'plain'));
      return;
    case 'echo':
    case 'tools':
      send(exchange, prepare(exchange.chat, step.kind));
      return;
    case 'stream':
      if (exchange.chat.stream) {
        playStream(step.plan, exchange);
      } else {
        playWhole(step.plan, exchange);
      }
      return;
    case 'shared': {
      const { error, limits } = shared.play(exchange.chat.model, step.shared);
      exchange.limits = limits ?? exchange.limits;
      play(error ?? { kind: 'ok' }, exchange, shared);
      return;
    }
    case 'odd':
      send(exchange, prepare(exchange.chat, 'plain', step.oddity));
      return;
    case 'slow': {
      if (exchange.chat.isInBackground === true) {
        send(exchange, prepare(exchange.chat, 'plain', null, step.ms));
        return;
      }
      const body = prepare(exchange.chat, 'plain');
      const timer = setTimeout(() => send(exchange, body), step.ms);
      exchange.onClose(() => clearTimeout(timer));
      return;
    }
    case 'status':
      exchange.sendJson(step.status, scriptedError(step, exchange.chat), step.headers);
      return;
    case 'hang':
      if (exchange.chat.isInBackground === true) {
        send(exchange, prepare(exchange.chat, 'plain', null, Infinity));
      }
      return;
    case 'stall':
    case 'cut':
      breakHalfway(step.kind, exchange, prepare(exchange.chat, 'plain'));
      return;
    case 'reset':
      exchange.break('reset');
      return;
    case 'html':
      exchange.sendRaw(step.status, { 'content-type': 'text/html; charset=utf-8' }, HTML);
      return;
    case 'empty':
      exchange.send(200, 'application/json', '');
      return;
    case 'shape':
      exchange.sendJson(200, { object: 'list', data: [] });
      return;
    case 'notjson':
      exchange.send(200, 'application/json', '{"id":"chatcmpl-1","object":"chat.comp');
      return;
    case 'huge':
      sendHuge(exchange, step.megabytes);
      return;
    case 'redirect':
      exchange.sendRaw(307, { location: step.url }, '');
  }
}

function send(exchange: Exchange, { contentType, pieces }: PreparedAnswer): void {
  if (exchange.chat.stream) {
    const headers = exchange.providerHeaders({ 'content-type': contentType });
    exchange.response.writeHead(200, headers).end(wholeOf(pieces));
  } else {
    exchange.send(200, contentType, wholeOf(pieces));
  }
}

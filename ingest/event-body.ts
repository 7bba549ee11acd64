import { scrubText } from '../domain/badge-scrub.ts';
import type { BridgeEvent, Channel, EventBody } from '../domain/event.ts';
import { believe } from '../domain/stamp.ts';
import type { BadgeDesk, Source } from './source.ts';

/** The channel that an event belongs to; null when it concerns the connector itself. */
export function channelOf(source: Source, event: BridgeEvent): Channel | null {
  if (event.kind === 'badge')
    return source.machineOf(event.channel) === null ? source.channelFor('badge') : event.channel;
  if (event.kind === 'state') return event.channel ?? source.channelFor('state');
  return 'channel' in event ? event.channel : null;
}

/** What is stored of an event: its instant decided, a badge number replaced by tokens, free text made harmless. */
export function eventBody(source: Source, event: BridgeEvent, receivedAt: number, badges: BadgeDesk): EventBody {
  const { at, clock } = believe(event, receivedAt, source.facts.zone);
  if (event.kind === 'power') return powerBody(event, at, receivedAt, clock);
  const { at: _at, atLocal: _local, clock: _clock, seq, boot, ...content } = event;
  const stamp = {
    at,
    receivedAt,
    ...(clock ? { clock } : {}),
    ...(boot === undefined ? {} : { boot }),
    ...(seq === undefined ? {} : { deviceSeq: seq }),
  };
  if (content.kind === 'state' && content.detail !== undefined) {
    return { ...content, detail: scrubText(content.detail), ...stamp };
  }
  if (content.kind !== 'badge') return { ...content, ...stamp };
  const { uid, ...badge } = content;
  const { token, member, audience, class: taught } = badges.resolve(source.facts.connector.lab, uid, at);
  return {
    ...badge,
    token,
    ...(member ? { member } : {}),
    ...(audience ? { audience } : {}),
    ...(taught ? { class: taught } : {}),
    ...stamp,
  };
}

function powerBody(
  event: BridgeEvent & { kind: 'power' },
  at: number,
  receivedAt: number,
  clock: 'rejected' | undefined,
): EventBody {
  const body: EventBody & { kind: 'power' } = { kind: 'power', channel: event.channel, w: event.w, at, receivedAt };
  if (event.wh !== undefined) body.wh = event.wh;
  if (event.returnedWh !== undefined) body.returnedWh = event.returnedWh;
  if (clock) body.clock = clock;
  if (event.boot !== undefined && event.seq !== undefined) {
    body.boot = event.boot;
    body.deviceSeq = event.seq;
  }
  return body;
}

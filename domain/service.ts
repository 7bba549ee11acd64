import type { ReportedState } from './event.ts';
import type { Folding, ServiceState } from './fold-state.ts';
import type { Service, ServiceInterval } from './layers.ts';

/** A person declared the machine's service state. `up` also ends a fault that the machine reported. */
export function declare(service: ServiceState, state: Service): void {
  service.declared = state;
  if (state === 'up') service.isMachineFault = false;
}

/** The machine reported a state: `fault` holds until its next report that is none. */
export function reportFault(service: ServiceState, state: ReportedState): void {
  service.isMachineFault = state === 'fault';
}

/** What was declared or reported at `at` is complete: closes the interval if it changes anything. */
export function settleService(folding: Folding, at: number): void {
  const { service, session } = folding.state;
  const isMachine = service.declared === 'up' && service.isMachineFault;
  const state = isMachine ? 'fault' : service.declared;
  const source = isMachine ? 'machine' : 'declared';
  if (state === service.state && source === service.source) return;
  if (at > service.start) folding.emit.service({ ...openService(service), end: at });
  if (state !== service.state) session.waiting.push({ at, kind: 'service', state });
  service.start = at;
  service.state = state;
  service.source = source;
}

/** The interval of the service layer that has no end yet. */
export function openService(service: ServiceState): ServiceInterval {
  return { start: service.start, end: null, state: service.state, source: service.source };
}

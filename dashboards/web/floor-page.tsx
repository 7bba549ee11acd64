import { useEffect, useState } from 'preact/hooks';
import type { Client } from './client.ts';
import { Floor } from './floor.ts';
import { emptyFloor } from './floor-state.ts';
import { FloorView } from './floor-view.tsx';
import type { Words } from './words.ts';

/** How often words such as "since yesterday" are looked at again. */
const TICK_MS = 15_000;

/** What the page of the floor is made from. */
export interface FloorPageProps {
  client: Client;
  lab: string | null;
  words: Words;
  onLab(lab: string | null): void;
  onSignIn(): void;
}

/** Keeps the floor going while it is shown and draws it at most once a frame. */
export function FloorPage({ client, lab, words, onLab, onSignIn }: FloorPageProps) {
  const [state, setState] = useState(() => emptyFloor(lab));
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let latest = emptyFloor(lab);
    let frame = 0;
    const draw = () => {
      frame = 0;
      setNow(Date.now());
      setState(latest);
    };
    setState(latest);
    const floor = new Floor({
      client,
      lab,
      now: () => Date.now(),
      onSignIn,
      onState: (next) => {
        latest = next;
        frame ||= requestAnimationFrame(draw);
      },
    });
    floor.start();
    const tick = setInterval(() => setNow(Date.now()), TICK_MS);
    const look = () => document.visibilityState === 'visible' && floor.refresh();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
    return () => {
      floor.stop();
      clearInterval(tick);
      cancelAnimationFrame(frame);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
    };
  }, [client, lab]);

  useEffect(() => {
    const name =
      state.labs.find((one) => one.id === lab)?.name ?? (state.labs.length === 1 ? state.labs[0]?.name : state.network);
    document.title = name ? `${name} · Fabmeter` : 'Fabmeter';
  }, [state.labs, state.network, lab]);

  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return <FloorView {...{ state, now, words, browserZone, onLab }} />;
}

import { useEffect, useState } from 'preact/hooks';
import type { Answer, Client } from './client.ts';
import { CopyButton } from './copy-button.tsx';
import type { Words } from './words.ts';

/** What the page of a first start is made from. */
export interface SetupPageProps {
  client: Client;
  /** The key of the set-up link, null when the link has none. */
  setupKey: string | null;
  words: Words;
  onToken(token: string, isKept: boolean): void;
}

/** Exchanges the one-time set-up link for the first access token and shows it once. */
export function SetupPage({ client, setupKey, words, onToken }: SetupPageProps) {
  const [answer, setAnswer] = useState<Answer<string> | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (setupKey === null) return;
    setAnswer(null);
    void client.setUp(setupKey).then(setAnswer);
  }, [client, setupKey, attempt]);
  return (
    <main id="content" tabIndex={-1} class="sheet" aria-busy={setupKey !== null && answer === null}>
      <h1>{words.setUp}</h1>
      {setupKey === null && <p>{words.setUpNoKey}</p>}
      {setupKey !== null && answer === null && <p>{words.setUpWaiting}</p>}
      {answer?.kind === 'ok' && <FirstToken token={answer.value} words={words} onToken={onToken} />}
      {answer?.kind === 'refused' && <p role="alert">{answer.sentence ?? words.setUpNoKey}</p>}
      {answer?.kind === 'unreachable' && (
        <p role="alert">
          {words.unreachable}{' '}
          <button type="button" onClick={() => setAttempt(attempt + 1)}>
            {words.tryAgain}
          </button>
        </p>
      )}
    </main>
  );
}

interface FirstTokenProps {
  token: string;
  words: Words;
  onToken(token: string, isKept: boolean): void;
}

function FirstToken({ token, words, onToken }: FirstTokenProps) {
  const [isKept, setKept] = useState(true);
  return (
    <>
      <p class="token-title">{words.yourToken}</p>
      <output class="token">{token}</output>
      <CopyButton text={token} words={words} />
      <p>{words.shownOnce}</p>
      <label class="check">
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.currentTarget.checked)} />
        <span>{words.keepSignedIn}</span>
      </label>
      <button type="button" class="main-button" onClick={() => onToken(token, isKept)}>
        {words.goOn}
      </button>
    </>
  );
}

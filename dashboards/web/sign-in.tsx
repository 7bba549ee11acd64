import { useState } from 'preact/hooks';
import type { Words } from './words.ts';

/** What the form is made from. */
export interface SignInProps {
  /** Whether a token was given that the server did not take. */
  isRefused: boolean;
  words: Words;
  onToken(token: string, isKept: boolean): void;
}

/** Asks for an access token. */
export function SignIn({ isRefused, words, onToken }: SignInProps) {
  const [token, setToken] = useState('');
  const [isKept, setKept] = useState(false);
  const send = (event: Event) => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim(), isKept);
  };
  return (
    <main id="content" tabIndex={-1} class="sheet">
      <h1>{words.signIn}</h1>
      <form onSubmit={send}>
        {/* Password managers want a name to keep a token under. */}
        <input type="text" name="username" autocomplete="username" value="fabmeter" readOnly hidden />
        <label class="field">
          <span>{words.pasteToken}</span>
          <input
            type="password"
            name="token"
            autocomplete="current-password"
            spellcheck={false}
            required
            value={token}
            aria-invalid={isRefused}
            aria-describedby="token-trouble"
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <p id="token-trouble" class="trouble" role="alert">
          {isRefused && words.tokenRefused}
        </p>
        <label class="check">
          <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.currentTarget.checked)} />
          <span>{words.keepSignedIn}</span>
        </label>
        <button type="submit" class="main-button">
          {words.enter}
        </button>
      </form>
    </main>
  );
}

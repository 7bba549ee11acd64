/** What a link may carry after `#`: an access token, or the key of a first start. */
export interface Fragment {
  token: string | null;
  key: string | null;
}

/** Where the token is kept: in this tab, or on this device when its holder asked for it. */
const TOKEN_KEY = 'fabmeter-token';

/** Reads a fragment such as `#token=…` or `#key=…`. */
export function readFragment(hash: string): Fragment {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  return { token: values.get('token') || null, key: values.get('key') || null };
}

/** The token of this tab, else of this device, else null. */
export function readToken(tab: Storage, device: Storage): string | null {
  return tab.getItem(TOKEN_KEY) ?? device.getItem(TOKEN_KEY);
}

/** Keeps a token for this tab, and beyond it when `isKept`. */
export function keepToken(token: string, isKept: boolean, tab: Storage, device: Storage): void {
  tab.setItem(TOKEN_KEY, token);
  if (isKept) device.setItem(TOKEN_KEY, token);
  else device.removeItem(TOKEN_KEY);
}

/** Forgets the token everywhere. */
export function forgetToken(tab: Storage, device: Storage): void {
  tab.removeItem(TOKEN_KEY);
  device.removeItem(TOKEN_KEY);
}

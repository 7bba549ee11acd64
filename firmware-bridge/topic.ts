/** Whether `topic` lies below `base` (whole levels). */
export function isBelow(base: string, topic: string): boolean {
  return topic.length > base.length + 1 && topic.startsWith(base) && topic[base.length] === '/';
}

/** What follows `base/` in `topic`; undefined when the topic does not lie below the base. */
export function below(base: string, topic: string): string | undefined {
  return isBelow(base, topic) ? topic.slice(base.length + 1) : undefined;
}

/** Whether `device` (one level or several) stands in `topic` as whole levels. */
export function holdsLevels(topic: string, device: string): boolean {
  return `/${topic}/`.includes(`/${device}/`);
}

/** The last level of a topic. */
export function leafOf(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}

/** Whether a topic is free of wildcards, and so can be published on. */
export function isPlain(topic: string): boolean {
  return topic.length > 0 && !topic.includes('#') && !topic.includes('+') && !topic.includes('\0');
}

/** Reads a channel's number from a level; undefined when it is none or not believable. */
export function channelOf(level: string | undefined): number | undefined {
  return level !== undefined && /^\d{1,3}$/.test(level) && Number(level) <= 255 ? Number(level) : undefined;
}

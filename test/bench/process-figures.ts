import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Memory of a process as the system counts it, in MB (2^20 bytes): resident now, and the most so far. */
export function memoryMB(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** Ticks of the clock that the system counts processor time in. */
const TICKS_PER_S = 100;

/** Processor time that the threads of a process have used, in seconds: all of them, or those of one name. */
export function processorS(pid: number, thread?: string): number {
  const tasks = `/proc/${pid}/task`;
  let ticks = 0;
  for (const task of readdirSync(tasks)) {
    const stat = readFileSync(path.join(tasks, task, 'stat'), 'utf8');
    const [, name, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    const [user, system] = rest.split(' ').slice(11, 13);
    if (thread === undefined || name === thread) ticks += Number(user) + Number(system);
  }
  return ticks / TICKS_PER_S;
}

/** Bytes that the process caused to be written to disk, as the system counts them. */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Bytes of the files of a folder, by name. */
export function fileBytes(folder: string): Map<string, number> {
  return new Map(readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).size]));
}

/** Bytes of all files of a folder whose name begins so. */
export function folderBytes(folder: string, prefix = ''): number {
  let bytes = 0;
  for (const [name, size] of fileBytes(folder)) if (name.startsWith(prefix)) bytes += size;
  return bytes;
}

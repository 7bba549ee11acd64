import { type Failure, failure } from '../domain/failure.ts';
import { parseMembers } from './members-csv.ts';
import { type Outcome, openRegistry, type RegistryPlace } from './registry-access.ts';
import { readRegistryFile, readText } from './registry-file.ts';
import { type Terminal, writeFailure } from './terminal.ts';

/** What `fabmeter apply` was asked. */
export interface ApplyRequest {
  file: string;
  /** CSV file with members, added to those of the document. */
  members: string | undefined;
  dryRun: boolean;
  place: RegistryPlace;
}

/** Reads a document, makes it the registry and tells what changed; gives the exit code. */
export async function applyFile(request: ApplyRequest, terminal: Terminal): Promise<number> {
  const input = readInput(request);
  if ('kind' in input) return writeFailure(terminal, input);
  const access = await openRegistry(request.place);
  try {
    const result = await access.apply(input.document, request.dryRun);
    if ('kind' in result) return writeFailure(terminal, withLines(result, input.whereIs));
    writeOutcome(result, request.dryRun, terminal);
    return 0;
  } finally {
    await access.close();
  }
}

interface Input {
  document: unknown;
  /** `lab.yaml:12` for a place in the document. */
  whereIs(path: string): string | undefined;
}

function readInput({ file, members }: ApplyRequest): Input | Failure {
  const read = readRegistryFile(file);
  if ('kind' in read) return read;
  const inFile = (path: string): string | undefined => {
    const line = read.lineOf(path);
    return line === undefined ? undefined : `${file}:${line}`;
  };
  if (members === undefined) return { document: read.document, whereIs: inFile };
  return withMembers(read.document, members, inFile);
}

function withMembers(document: unknown, csv: string, inFile: Input['whereIs']): Input | Failure {
  const text = readText(csv);
  if (typeof text !== 'string') return text;
  const rows = parseMembers(text, csv);
  if (!Array.isArray(rows)) return rows;
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { document, whereIs: inFile };
  const { members: inDocument = [] } = document as { members?: unknown };
  if (!Array.isArray(inDocument)) return failure('registry-invalid', 'members must be a list; nothing was changed.');
  const members = [...inDocument, ...rows.map(({ line: _line, ...member }) => member)];
  const whereIs = (path: string): string | undefined => {
    const index = /^members\[(\d+)\]/.exec(path)?.[1];
    const row = index === undefined ? undefined : rows[Number(index) - inDocument.length];
    return row ? `${csv}:${row.line}` : inFile(path);
  };
  return { document: { ...document, members }, whereIs };
}

function withLines(found: Failure, whereIs: Input['whereIs']): Failure {
  const complaints = found.complaints?.map(({ path, message }) => {
    const where = whereIs(path);
    return { path: where === undefined ? path : `${where}: ${path}`, message };
  });
  return failure(found.code, found.sentence, complaints);
}

function writeOutcome({ changes, secrets, warnings }: Outcome, isDry: boolean, { out, err }: Terminal): void {
  if (isDry) out(changes.length === 0 ? 'Nothing would change.\n' : 'This would change:\n');
  else if (changes.length === 0) out('Nothing changed.\n');
  for (const change of changes) out(`${change}\n`);
  for (const warning of warnings) err(`Mind: ${warning}\n`);
  if (secrets.length === 0) return;
  out('\nSecrets made now. Write them into the connectors: they are shown this once.\n');
  for (const { connector, secret } of secrets) out(`  ${connector}  ${secret}\n`);
}

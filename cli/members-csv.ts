import { type Complaint, type Failure, failure } from '../domain/failure.ts';
import { didYouMean } from '../domain/suggestion.ts';

/** A member as a CSV file gives it. Without the column `badges` they stay as they are. */
export interface CsvMember {
  id: string;
  audience?: string;
  badges?: string[];
  /** Where the member is a class. */
  class?: { machines: string[]; people: number };
  /** The line on which it stands, from 1. */
  line: number;
}

const COLUMNS = ['id', 'audience', 'badges', 'machines', 'people'];
const COMPLAINTS_MAX = 50;

/**
 * Reads members from CSV: a line of column names (`id`, `audience`, `badges`, in any order), then a member on each line.
 * The columns `machines` and `people` make a class of whoever has both.
 *
 * Fields are parted by commas or semicolons, as the first line shows; badges and machines by semicolons, commas or spaces.
 */
export function parseMembers(text: string, name: string): CsvMember[] | Failure {
  const [head = '', ...rows] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const separator = head.includes(';') && !head.includes(',') ? ';' : ',';
  const columns = splitFields(head, separator)?.map((column) => column.trim().toLowerCase()) ?? [];
  const complaints = columnComplaints(columns);
  const members: CsvMember[] = [];
  rows.forEach((row, index) => {
    if (row.trim() === '' || complaints.length >= COMPLAINTS_MAX) return;
    const line = index + 2;
    const fields = splitFields(row, separator);
    const problem = fields ? rowProblem(fields, columns) : 'a quote is not closed';
    if (problem) complaints.push({ path: `line ${line}`, message: problem });
    else members.push(memberOf(fields ?? [], columns, line));
  });
  if (complaints.length === 0) return members;
  return failure('registry-invalid', `The members in ${name} cannot be read; nothing was changed.`, complaints);
}

function columnComplaints(columns: readonly string[]): Complaint[] {
  const unknown = columns.filter((column) => !COLUMNS.includes(column));
  const found = unknown.map((column) => ({
    path: 'line 1',
    message: `unknown column "${column}"${didYouMean(column, COLUMNS)}`,
  }));
  if (columns.includes('id')) return found;
  return [
    ...found,
    { path: 'line 1', message: 'there is no column "id"; begin with a line such as id,audience,badges' },
  ];
}

function rowProblem(fields: readonly string[], columns: readonly string[]): string | undefined {
  if (fields.length > columns.length)
    return `has ${fields.length} fields for ${columns.length} columns; put badges in one field, parted by spaces`;
  if ((fields[columns.indexOf('id')] ?? '').trim() === '') return 'has no id';
  const at = fieldsBy(fields, columns);
  if ((at('machines') === '') !== (at('people') === '')) return 'a class has both machines and people';
  if (at('people') !== '' && !/^\d{1,9}$/.test(at('people'))) return 'people must be a whole number';
  return undefined;
}

function fieldsBy(fields: readonly string[], columns: readonly string[]): (column: string) => string {
  return (column) => fields[columns.indexOf(column)]?.trim() ?? '';
}

function memberOf(fields: readonly string[], columns: readonly string[], line: number): CsvMember {
  const at = fieldsBy(fields, columns);
  const member: CsvMember = { id: at('id'), line };
  if (at('audience') !== '') member.audience = at('audience');
  if (columns.includes('badges')) member.badges = listOf(at('badges'));
  if (at('people') !== '') member.class = { machines: listOf(at('machines')), people: Number(at('people')) };
  return member;
}

function listOf(field: string): string[] {
  return field.split(/[;,\s]+/).filter((entry) => entry !== '');
}

/** The fields of a line; undefined when a quote is not closed. Quotes inside quotes are doubled. */
function splitFields(line: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const char = line[index] as string;
    if (char === '"' && isQuoted && line[index + 1] === '"') {
      field += '"';
      index += 1;
    } else if (char === '"') {
      isQuoted = !isQuoted;
    } else if (char === separator && !isQuoted) {
      fields.push(field);
      field = '';
    } else {
      field += char;
    }
  }
  return isQuoted ? undefined : [...fields, field];
}

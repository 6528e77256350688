/**
 * Words that are shown and cannot be translated: they are given away bare, not by `trans`.
 */
import ts from 'typescript';

import { isCall, sources, visit, where } from './translations.mjs';

/** Names of attributes and properties that somebody reads. */
const READ =
  /^(alt|aria-label|aria-valuetext|caption|empty|label|placeholder|title|text[cC]ontent|hint)$/;

/** Functions that show what they are given first. */
const SHOWING = /^(badge|button|failure|make|say|section)$/;

/** Functions that show all that they are given, from one place on. */
const APPENDING = { append: 0, element: 2, prepend: 0, replaceChildren: 0 };

/** Bare though they are words: what a kernel or a file calls something, what is typed, what is on a key. */
const NOT_WORDS = new Set([
  'wrong truth',
  "cer > 5 and font == 'DejaVu Sans'",
  'Page Up',
  'Page Down',
  'Page Up, Page Down'
]);

/**
 * Find words that are shown as they are: what goes to a place where words are read, and whatever looks like
 * a phrase.
 *
 * @returns `file:line: words` of each.
 */
export function bare(files = sources()) {
  const found = [];
  for (const file of files) {
    visit(file, node => {
      const text = textOf(node);
      if (
        text !== null &&
        !NOT_WORDS.has(text) &&
        ((/\p{L}{2}/u.test(text) && isRead(node)) ||
          (/\p{L}{2},? \p{L}{2}/u.test(text) && !isName(node, text)))
      ) {
        found.push(`${where(node)}: ${text}`);
      }
    });
  }
  return found;
}

/** Whether what is said goes where it is read, straight or by way of `?:`, `??` and the like. */
function isRead(node) {
  let inner = node;
  let outer = node.parent;
  while (
    ts.isParenthesizedExpression(outer) ||
    (ts.isConditionalExpression(outer) && outer.condition !== inner) ||
    (ts.isBinaryExpression(outer) &&
      /^(\?\?|\|\||&&|\+)$/.test(operator(outer)))
  ) {
    [inner, outer] = [outer, outer.parent];
  }
  if (ts.isPropertyAssignment(outer) && outer.initializer === inner) {
    return READ.test(outer.name.text);
  }
  if (ts.isBinaryExpression(outer) && outer.right === inner) {
    return (
      operator(outer) === '=' &&
      ts.isPropertyAccessExpression(outer.left) &&
      READ.test(outer.left.name.text)
    );
  }
  if (ts.isCallExpression(outer) && outer.expression !== inner) {
    const { expression: called, arguments: given } = outer;
    const name = (called.name ?? called).text;
    const at = given.indexOf(inner);
    return name === 'setAttribute'
      ? at === 1 && READ.test(given[0].text)
      : at >= APPENDING[name] ||
          (at === 0 && SHOWING.test(name) && !isTag(outer));
  }
  return false;
}

/** `make('circle', { … })` and `button('stop', trans.__('Stop'), …)`: no words come first. */
function isTag({ arguments: [{ text }, second] }) {
  return (
    /^[a-z]+$/.test(text) &&
    second &&
    (ts.isObjectLiteralExpression(second) || isCall(second))
  );
}

/** Whether what looks like a phrase is none: names of classes, cases, what only developers see. */
function isName(node, text) {
  const { parent } = node;
  return (
    /tessnb-|jp-|charset|^</.test(text) ||
    ts.isCaseClause(parent) ||
    (ts.isBinaryExpression(parent) && /^[!=]==$/.test(operator(parent))) ||
    (ts.isPropertyAssignment(parent) &&
      (parent.name === node || parent.name.text === 'description')) ||
    (ts.isNewExpression(parent) && parent.expression.getText() === 'Token')
  );
}

function operator(node) {
  return node.operatorToken.getText();
}

/** The words of a literal, those of a template without its values; null for anything else. */
function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return node.text;
  }
  return ts.isTemplateExpression(node)
    ? [node.head, ...node.templateSpans.map(each => each.literal)]
        .map(each => each.text)
        .join('…')
    : null;
}

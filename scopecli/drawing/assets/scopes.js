/**
 * The scopes of variables as a tree: what is in each, summed.
 */

/**
 * @typedef {object} Sums
 * @property {number} variables
 * @property {number} parameters of those whose bytes are known, as everywhere in scopecli
 * @property {number} bytes of those whose bytes are known
 * @property {number} unknown how many variables have no known number of bytes
 */

/**
 * @typedef {object} Scope
 * @property {string} path its full name; of the root too it is empty
 * @property {Scope|null} parent null of the root
 * @property {(Scope|number)[]} members scopes, and indices of variables, in the order of the source
 * @property {Sums} sums
 */

/** @param {string} path @param {Scope|null} parent @returns {Scope} */
const emptyScope = (path, parent) => ({
  path,
  parent,
  members: [],
  sums: { variables: 0, parameters: 0, bytes: 0, unknown: 0 },
});

/** @param {string} name @returns {string[]} the full names of the scopes that it is in, the outermost first */
function scopePaths(name) {
  const paths = [];
  for (let end = name.indexOf("/"); end !== -1; end = name.indexOf("/", end + 1))
    paths.push(name.slice(0, end));
  return paths;
}

/**
 * @param {string[]} names
 * @param {(number|null)[]} sizes
 * @param {(number|null)[]} bytes
 * @returns {{root: Scope, scopes: Map<string, Scope>, parents: Scope[]}} the scopes by name, and the one around
 *     each variable
 */
export function scopeTree(names, sizes, bytes) {
  const root = emptyScope("", null);
  /** @type {Map<string, Scope>} */
  const scopes = new Map();
  const parents = names.map((name, index) => {
    let parent = root;
    for (const path of scopePaths(name)) {
      let scope = scopes.get(path);
      if (!scope) {
        scope = emptyScope(path, parent);
        scopes.set(path, scope);
        parent.members.push(scope);
      }
      parent = scope;
    }
    parent.members.push(index);
    addToSums(parent, sizes[index], bytes[index]);
    return parent;
  });
  return { root, scopes, parents };
}

/** @param {Scope} scope @param {number|null} size @param {number|null} bytes of a variable in it */
function addToSums(scope, size, bytes) {
  for (let around = scope; around; around = around.parent) {
    around.sums.variables += 1;
    if (bytes === null) around.sums.unknown += 1;
    else {
      around.sums.parameters += size ?? 0;
      around.sums.bytes += bytes;
    }
  }
}

/** @param {Scope} scope @returns {Scope} itself, or where there is nothing in it but a scope, the one that has more */
export function fullestScope(scope) {
  let found = scope;
  while (found.members.length === 1 && typeof found.members[0] !== "number") [found] = found.members;
  return found;
}

/** @param {Scope} scope @returns {Scope[]} the scopes around it, the root first, and itself */
export function scopesAround(scope) {
  const path = [];
  for (let around = scope; around; around = around.parent) path.unshift(around);
  return path;
}

/** @param {Scope} scope @param {string} name of something in it @returns {string} the name without the scope's */
export const nameWithin = (scope, name) => (scope.parent ? name.slice(scope.path.length + 1) : name);

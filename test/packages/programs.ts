/** Programs that call packages in many ways, and log what comes of it. Each stands below a bundle of its package. */

export interface PackageProgram {
  /** What the bundle exports, as ES module source. */
  readonly entry: string
  /** A program that finds the package under the name `lib`, and logs by `log`. */
  readonly source: string
}

export const programs: Readonly<Record<string, PackageProgram>> = {
  lodash: {
    entry: `export { default as _ } from "lodash"`,
    source: `
      const { _ } = lib
      const users = [{ name: "barney", age: 36, tags: ["a", "b"] }, { name: "fred", age: 40, tags: ["b"] }, { name: "pebbles", age: 1, tags: [] }]
      const calls = {
        forEach: () => { const seen = []; _.forEach(users, (user, i) => { seen.push([wait(i), user.name]); if (i === 1) return false }); return seen },
        forOwn: () => { const seen = []; _.forOwn({ b: 1, a: 2 }, (value, key) => void seen.push(key + wait(value))); return seen },
        map: () => [_.map(users, (user) => wait(user.age) + 1), _.map(users, "name"), _.map({ a: 1 }, (value, key) => key + wait(value))],
        filter: () => [_.filter(users, (user) => wait(user.age) > 30).length, _.reject(users, ["name", "fred"]).length],
        reduce: () => [_.reduce(users, (sum, { age }) => sum + wait(age), 0), _.reduceRight([[1], [2]], (all, each) => all.concat(wait(each)), [])],
        orderBy: () => _.map(_.orderBy(users, [(user) => wait(user.tags.length), "age"], ["desc", "asc"]), "name"),
        sortBy: () => _.map(_.sortBy(users, (user) => -wait(user.age)), "name"),
        groupBy: () => [_.groupBy(users, (user) => wait(user.age) > 30), _.countBy([6.1, 4.2, 6.3], (x) => Math.floor(wait(x))), _.keyBy(users, "name").fred.age],
        partition: () => _.partition([1, 2, 3], (n) => wait(n) % 2),
        find: () => [_.find(users, (user) => wait(user.age) < 40).name, _.findLast([1, 2, 3], (n) => wait(n) % 2), _.findIndex(users, { name: "fred" }), _.findKey({ a: 1, b: 2 }, (n) => wait(n) === 2)],
        some: () => [_.some(users, "tags"), _.every(users, (user) => wait(user.age))],
        uniqBy: () => [_.uniqBy([2.1, 1.2, 2.3], (x) => Math.floor(wait(x))), _.unionBy([2.1], [1.2, 2.3], Math.floor), _.differenceWith([{ x: 1 }, { x: 2 }], [{ x: 1 }], (a, b) => wait(a.x) === b.x)],
        chain: () => _(users).filter((user) => wait(user.age) > 2).map("name").map((name) => wait(name.toUpperCase())).reverse().value(),
        lazy: () => { const log = []; const result = _(_.range(300)).map((n) => { log.push(n); return wait(n) * 2 }).filter((n) => n % 3 === 0).take(3).value(); return [result, log.length] },
        flow: () => [_.flow([(a, b) => wait(a) + b, (n) => n * n])(1, 2), _.flowRight([(n) => wait(n) * 2, (n) => n + 1])(3), _.overEvery([(n) => wait(n) > 1, (n) => n < 3])(2)],
        curry: () => { const f = _.curry((a, b, c) => [wait(a), b, c]); return [f(1)(2)(3), f(1, 2)(3), f(1)(_, 3)(2), _.partialRight((a, b) => wait(a) - b, 1)(5)] },
        memoize: () => { let count = 0; const f = _.memoize((n) => { count++; return wait(n) }); return [f(1), f(1), f(2), count] },
        once: () => { let count = 0; const f = _.once(() => wait(++count)); return [f(), f(), _.after(2, () => wait("late"))()] },
        bind: () => { const o = { v: 1, get() { return wait(this.v) } }; _.bindAll(o, ["get"]); const { get } = o; return [get(), _.bind(function (x) { return wait(this.v) + x }, { v: 2 }, 3)()] },
        wrap: () => _.wrap((text) => wait(text) + "!", (f, text) => "<" + f(text) + ">")("hi"),
        times: () => [_.times(3, (n) => wait(n * n)), _.attempt(() => { throw new Error(wait("boom")) }).message, _.defaultTo(null, 3)],
        deep: () => [_.cloneDeepWith({ a: [1, { b: 2 }] }, (value) => (_.isNumber(value) ? wait(value) + 1 : undefined)), _.mergeWith({ a: [1] }, { a: [2] }, (x, y) => (_.isArray(x) ? x.concat(wait(y)) : undefined)), _.isEqualWith([1, 2], [1, "2"], (x, y) => (x == y ? wait(true) : undefined))],
        objects: () => [_.mapValues({ a: 1 }, (n) => wait(n) * 3), _.mapKeys({ a: 1 }, (n, key) => key + wait(n)), _.pickBy({ a: 1, b: null }, (value) => wait(value)), _.transform([2, 3], (all, n) => { all.push(wait(n)); return n < 3 }), _.invert({ a: "b" }), _.updateWith({}, "[0][1]", () => wait("x"), Object)],
        paths: () => [_.get({ a: [{ b: 3 }] }, "a[0].b"), _.invokeMap([[3, 1], [2]], "sort"), _.invoke({ a: { f: (x) => wait(x) } }, "a.f", 4), _.set({}, "x.y", 1), _.result({ f() { return wait(this.v) }, v: 7 }, "f")],
        text: () => [_.template("<% _.each(xs, function (x) { %><li><%- x %></li><% }) %>")({ xs: ["<", 2] }), _.replace("a-b", /[ab]/g, (m) => wait(m.toUpperCase())), _.camelCase("foo bar"), _.words("fred, barney")],
        sums: () => [_.sumBy(users, (user) => wait(user.age)), _.maxBy(users, "age").name, _.minBy(users, (user) => wait(user.age)).name, _.zipWith([1, 2], [10, 20], (a, b) => wait(a) + b), _.sortedIndexBy([{ x: 4 }, { x: 5 }], { x: 4.5 }, (o) => wait(o.x))],
        mixin: () => { const L = _.runInContext(); L.mixin({ twice: (xs) => L.map(xs, (x) => wait(x) * 2) }); return [L.twice([1]), L([2]).twice().value()] },
        errors: () => _.map([() => _.flow([1]), () => _.map(users, (user) => user.none.x), () => _.forEach([1], () => { throw new Error("inside") })], (f) => _.attempt(f).message)
      }
      for (const name of Object.keys(calls)) log(name, calls[name]())`
  },
  cheerio: {
    entry: `export * from "cheerio"; export * as slim from "cheerio/slim"`,
    source: `
      const page = "<!doctype html><title>T</title><ul id=fruits><li class=apple>Apple</li><li class='orange big'>Orange</li><li class=pear>Pear<!-- c --></li></ul><form><input name=q value='a b'><select name=s><option selected>x</select></form><p style='color: red; margin: 0'>x &amp; y<br><b>z"
      const $ = lib.load(page)
      const calls = {
        html: () => $.html(),
        each: () => { const seen = []; $("li").each((i, el) => { seen.push([wait(i), $(el).text(), el.tagName]); if (i === 1) return false }); return seen },
        each_this: () => { const seen = []; $("li").each(function () { seen.push($(wait(this)).attr("class")) }); return seen },
        map: () => $("li").map((i, el) => wait($(el).text())).get().join(),
        filter: () => [$("li").filter((i) => wait(i) % 2 === 0).length, $("li").filter(".big").text(), $("li").not((i, el) => wait($(el).hasClass("pear"))).length],
        select: () => [$("ul > li:nth-child(2n + 1), p:has(b)").length, $("li:contains('an')").text(), $("[class~=big]").index(), $("li").eq(-1).text(), $("#fruits").children().first().next().text(), $("input[name=q]").val(), $("li:not(.apple):first").text()],
        traverse: () => [$(".pear").parent().attr("id"), $(".pear").prevAll().length, $(".apple").nextUntil(".pear").text(), $("b").closest("p").css("color"), $("b").parents().get().map((el) => el.name), $("ul").contents().length, $("ul").find("li").end().length, $("li").slice(1).addBack().length, $("b").is((i, el) => wait(el.name === "b"))],
        attributes: () => { const $ = lib.load(page); $("li").attr("data-n", (i, old) => wait(String(i)) + (old ?? "")).addClass((i) => wait("c" + i)).toggleClass("apple").removeClass("pear"); $("p").css({ margin: "1px" }).css("color", (i, old) => wait(old) + "dish").data("x", { y: 1 }); return [$.html("ul"), $("p").attr("style"), $("p").data("x")] },
        change: () => { const $ = lib.load(page); $("ul").append("<li>Plum</li>", (i, html) => "<li>" + wait(html.length) + "</li>").prepend($("<li/>").text("<First>")); $(".apple").replaceWith((i, el) => "<b>" + wait($(el).text()) + "</b>"); $(".orange").wrap("<i></i>").after("!").before("?"); $(".pear").remove(); $("form").empty(); $("p").html("<u>1</u>").wrapInner((i) => "<s></s>").text((i, text) => wait(text + text)); return $.html() },
        forms: () => [$("form").serialize(), $("form").serializeArray()],
        text: () => [$("p").text(), $.text($("ul").contents().get()), $("p").prop("outerHTML"), $("title").text()],
        extract: () => $.root().extract ? $.root().extract({ names: ["li"], first: { selector: "li", value: (el, key) => wait(key + $(el).text()) } }) : null,
        xml: () => { const $ = lib.load("<a><b c='1'/><d><![CDATA[x<y]]></d></a>", { xml: true }); $("b").each((i, el) => void $(el).attr("n", wait(String(i)))); return [$.xml(), $("d").text()] },
        slim: () => lib.slim.load("<DIV>a<p>b")("p").map((i, el) => wait(el.name)).get(),
        merge: () => [$.merge([1], [2]), lib.contains ? lib.contains($("ul")[0], $("li")[0]) : null, $.parseHTML("<i>1</i>2").length],
        iterate: () => { const seen = []; for (const el of $("li")) seen.push(wait($(el).text())); return seen.concat([...$("li")].map((el) => el.attribs.class)) },
        plugin: () => { $.prototype.logged = function () { return this.map((i, el) => wait($(el).text())).get() }; return $("li").logged() },
        errors: () => { try { $("li:nope"); return "none" } catch (error) { return error.message } }
      }
      for (const name of Object.keys(calls)) log(name, calls[name]())`
  },
  acorn: {
    entry: `export * from "acorn"`,
    source: `
      const show = (code, options) => { try { return JSON.stringify(lib.parse(code, { ecmaVersion: 2024, ...options })) } catch (error) { return [error.name, error.message, error.pos] } }
      const sources = [
        "const { a, b: [c = 1, ...d], ...e } = f(g, ...h), i = a?.b?.[c]?.(d) ?? e ** -1",
        "class A extends B { static #p = 1; get x() { return super.x } static { this.#p } async *m([a] = [], { b }) { for await (const c of d) yield* c } constructor() { super(...arguments) } }",
        "label: for (let i = 0, j; i < 9; i++) { if (i) continue label; else break; switch (i) { case 1: default: } do ; while (x) with (o) ; }",
        "tag\`a\${1 + \`b\${c}\`}d\`; /[\\\\p{L}--q]/v.test(x); x = /(?<n>a)\\\\k<n>/u; 0x1F + 0b1n + 1_000.5e-3",
        "async (a, b = await1) => { try { await a } catch { throw b } finally { delete a[b] } }; (a, b) => ({ c, [d]: 1, 'e': 2, f() {}, get g() { return 1 }, async *h() {}, __proto__: null })",
        "function f() { 'use strict'; with (a) {} }", "let let = 1", "a = b\\n++c", "if (1) function f() {}", "x = {a: 1, a}) ", "var \\\\u0061b = 'x\\\\u{1F600}\\\\n'; // c\\n/* d */ <!-- e", "yield = await = async", "new new X(a)(b), new.target", "export default class {}"
      ]
      const calls = {
        parse: () => sources.map((code) => show(code)),
        module: () => ["import a, { b as c } from 'd' with { type: 'json' }; export * as e from 'f'; export { c as default }; import.meta.x; await import('y')", "import * as a from 'b'; export default function () {}"].map((code) => show(code, { sourceType: "module", locations: true })),
        comments: () => { const seen = []; show("/* a */ x // b\\n", { onComment: (block, text, start) => void seen.push([block, wait(text), start]) }); return seen },
        tokens: () => { const seen = []; show(sources[0], { onToken: (token) => void seen.push(wait(token.type.label)) }); return seen },
        tokenizer: () => [...lib.tokenizer("a => \`x\${b}\` / 2", { ecmaVersion: 2020 })].map((token) => [token.type.label, wait(token.value)]),
        plugin: () => { const Extended = lib.Parser.extend((Base) => class extends Base { parseLiteral(value) { const node = super.parseLiteral(value); node.seen = wait(true); return node } }); return JSON.stringify(Extended.parse("x = [1, 'a']", { ecmaVersion: 2020 })) },
        expression: () => JSON.stringify(lib.parseExpressionAt("  a + b; c", 2, { ecmaVersion: 2020, ranges: true })),
        deep: () => show("(".repeat(100) + "1" + ")".repeat(100)).length,
        lines: () => [lib.getLineInfo("a\\nb\\r\\nc", 5), lib.isIdentifierStart(97), lib.isNewLine(10)]
      }
      for (const name of Object.keys(calls)) log(name, calls[name]())`
  },
  "magic-string": {
    entry: `export { default as MagicString, Bundle, SourceMap } from "magic-string"`,
    source: `
      const { MagicString, Bundle } = lib
      const map = (s) => s.generateMap({ file: "out.js", source: "in.js", includeContent: true, hires: true }).toString()
      const calls = {
        edit: () => { const s = new MagicString("problems = 99", { filename: "in.js" }); s.update(0, 8, wait("answer")).update(11, 13, "42").prepend("var ").append(wait(";")); return [s.toString(), map(s), s.hasChanged()] },
        move: () => { const s = new MagicString("abcdefghijkl"); s.move(3, 6, 9).remove(wait(0), 1).overwrite(9, 12, "XYZ", { storeName: true }).appendLeft(3, "<").prependRight(9, ">").appendRight(6, "|").prependLeft(6, "!"); return [s.toString(), map(s), s.slice(4, wait(9)), s.snip(3, 6).toString(), s.clone().toString()] },
        indent: () => { const s = new MagicString("a\\nb\\n\\tc\\n"); s.indent(wait("  ")).trimEnd("\\n").trimLines(); return [s.toString(), s.getIndentString(), s.isEmpty(), s.length(), s.lastLine()] },
        replace: () => { const s = new MagicString("a1b2a3"); s.replace(/a(\\d)/g, (match, digit, index) => wait("[" + digit + index + "]")).replaceAll("b", wait("B")).replace("2", "$&$&"); return [s.toString(), map(s)] },
        bundle: () => { const b = new Bundle({ separator: wait("\\n\\n") }); b.addSource({ filename: "a.js", content: new MagicString("var a = 1") }).addSource({ filename: "b.js", content: new MagicString("var b").append(wait(" = 2")) }); b.indent().prepend("(() => {\\n").append("\\n})()"); return [b.toString(), b.generateMap({ file: "x.js", includeContent: true }).toString(), b.clone().length()] },
        errors: () => [(s) => s.overwrite(0, 0, "x"), (s) => s.remove(5, 1), (s) => s.overwrite(0, 99, "x"), (s) => s.append(1), (s) => { s.overwrite(0, 4, "x"); s.slice(2, 3) }].map((f) => { try { f(new MagicString("abcdef")); return "fine" } catch (error) { return [error.name, wait(error.message)] } }),
        reset: () => { const s = new MagicString("abc"); s.overwrite(0, 1, wait("x")).reset(0, 1).addSourcemapLocation(2); return [s.toString(), map(s)] }
      }
      for (const name of Object.keys(calls)) log(name, calls[name]())`
  }
}

/**
 * Phase 3: edits the source in place, one visitor for each node type, and writes the source map.
 */
import { walk } from "zimmerframe"
import type { Analysis } from "../2-analyze/index.js"
import type { CompileOptions } from "../index.js"
import { Emitter } from "./emitter.js"
import { tellExports } from "./exports.js"
import { mapOf } from "./map.js"
import { originOf } from "./origin.js"
import { beginning } from "./state.js"
import { UpdateExpression } from "./visitors/accessors.js"
import { ReturnStatement } from "./visitors/async-generators.js"
import { AwaitExpression, CallExpression } from "./visitors/calls.js"
import { ChainExpression } from "./visitors/chains.js"
import { ClassBody, MethodDefinition, PropertyDefinition, StaticBlock } from "./visitors/classes.js"
import { NewExpression } from "./visitors/constructions.js"
import { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from "./visitors/functions.js"
import { SpreadElement, YieldExpression } from "./visitors/iteration.js"
import { AssignmentExpression, Identifier, MemberExpression, MetaProperty, ThisExpression } from "./visitors/lexical.js"
import {
  ContinueStatement,
  DoWhileStatement,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  WhileStatement
} from "./visitors/loops.js"
import { Program } from "./visitors/module.js"
import { ObjectExpression, Property } from "./visitors/objects.js"
import { CatchClause, terminated, VariableDeclaration, VariableDeclarator } from "./visitors/statements.js"
import { ClassDeclaration, ClassExpression } from "./visitors/statics.js"
import { TaggedTemplateExpression } from "./visitors/templates.js"
import { BinaryExpression, TemplateLiteral } from "./visitors/texts.js"
import { treated } from "./visitors/turns.js"

const visitors = {
  ArrowFunctionExpression,
  AssignmentExpression,
  AwaitExpression,
  BinaryExpression,
  BreakStatement: terminated,
  CallExpression,
  CatchClause,
  ChainExpression,
  ClassBody,
  ClassDeclaration,
  ClassExpression,
  ContinueStatement,
  DebuggerStatement: terminated,
  DoWhileStatement,
  ExpressionStatement: terminated,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  MemberExpression,
  MetaProperty,
  MethodDefinition,
  NewExpression,
  ObjectExpression,
  Program,
  Property,
  PropertyDefinition,
  ReturnStatement,
  SpreadElement,
  StaticBlock,
  TaggedTemplateExpression,
  TemplateLiteral,
  ThisExpression,
  ThrowStatement: terminated,
  UpdateExpression,
  VariableDeclaration,
  VariableDeclarator,
  WhileStatement,
  YieldExpression,
  _: treated
}

export interface Lifted {
  readonly code: string
  /** From the lifted code to the file as its author wrote it. */
  readonly map: object
}

/** Lifts an analysed module, as `CompileOptions` say. */
export const transform = (
  analysis: Analysis,
  { helpers, unlisted = false, incoming = null }: Pick<CompileOptions, "helpers" | "unlisted" | "incoming">
): Lifted => {
  const { parsed } = analysis
  const emitter = new Emitter(analysis, originOf(parsed.file, incoming))
  const bound: Record<string, (node: any, context: any) => void> = {}
  for (const [type, visitor] of Object.entries(visitors)) bound[type] = visitor(emitter) as any
  const start = beginning(analysis.functions.module)
  walk(parsed.program as any, start as any, bound as any)
  adoptPackages(emitter)
  if (analysis.requires && parsed.kind === "commonjs") {
    emitter.atStart(parsed.program, `${emitter.helper("requiring")}(require, module); `)
  }
  tellExports(emitter)
  emitter.finish((imports) =>
    parsed.kind === "module"
      ? `import ${imports} from ${JSON.stringify(helpers)}; `
      : `const ${imports} = require(${JSON.stringify(helpers)})${unlisted ? ".unlisted(module)" : ""}; `
  )
  const code = emitter.text.toString()
  return { code, map: mapOf(emitter, code) }
}

/** Has the packages that have hand-written twins adopted where the module imports them. */
const adoptPackages = (emitter: Emitter): void => {
  const { parsed, adopted } = emitter.analysis
  let text = ""
  parsed.imports.forEach((each, index) => {
    const specifier = each.moduleRequest.value
    if (!adopted.has(specifier)) return
    const name = `${emitter.prefix}package${index}`
    const literal = JSON.stringify(specifier)
    text += `import * as ${name} from ${literal}; ${emitter.helper("adopt")}(${literal}, ${name}); `
  })
  if (text !== "") emitter.atStart(parsed.program, text)
}

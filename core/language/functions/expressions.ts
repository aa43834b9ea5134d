/** Functions that evaluate a simple expression. */
import {
  type CompiledExpression,
  compileExpression,
  type Dialect,
  ExpressionProblem,
} from '../expression/expression.ts';
import { type FunctionDefinition, remembered } from './function.ts';

function evaluating(name: string, language: string, dialect: Dialect): FunctionDefinition {
  const compiled = remembered((text): CompiledExpression | null => {
    try {
      return compileExpression(text, dialect);
    } catch (error) {
      if (error instanceof ExpressionProblem) return null;
      throw error;
    }
  });
  return {
    usage: `${name}(expression,variable)`,
    gives: `the value of a simple expression of ${language}; nothing when it has none`,
    fewest: 1,
    most: 2,
    result: 1,
    changes: true,
    problem(_, [probe = '']) {
      try {
        compileExpression(probe, dialect);
        return null;
      } catch (error) {
        if (error instanceof ExpressionProblem) return error.message;
        throw error;
      }
    },
    reads: ([text]) => (text === null || text === undefined ? [] : [...(compiled(text)?.names ?? [])]),
    run([text = ''], scope) {
      try {
        return compiled(text)?.evaluate(scope) ?? '';
      } catch (error) {
        if (error instanceof ExpressionProblem) return '';
        throw error;
      }
    },
  };
}

export const expressionFunctions: Record<string, FunctionDefinition> = {
  __jexl3: evaluating('__jexl3', 'JEXL', 'jexl'),
  __jexl2: evaluating('__jexl2', 'JEXL', 'jexl'),
  __groovy: evaluating('__groovy', 'Groovy', 'groovy'),
  __javaScript: evaluating('__javaScript', 'JavaScript', 'javascript'),
};

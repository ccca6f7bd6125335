// A request a line, an answer a line: `do` names one of the operations, which is handed the whole request.

import {createInterface} from 'node:readline';

export async function answer(operations) {
  for await(const line of createInterface({input: process.stdin})) {
    let told;
    try {
      const request = JSON.parse(line);
      told = {result: await operations[request.do](request)};
    } catch(error) {
      told = {error: `${error.name}: ${error.message}`};
    }
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
}

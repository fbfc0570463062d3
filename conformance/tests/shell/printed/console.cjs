// The functions of `console`. `console.txt` and `console.errors.txt` are what Node 26 prints for this file.
console.table([{a:1,b:'x'},{a:22,c:true}]); console.table([[1,2],[3]]); console.table(new Map([['k',1],['q',{z:1}]])); console.table(new Set([1,'b'])); console.table([{a:1,b:2}],['b']); console.table(5); console.table(['p','q']); console.table({r1:{c:1},r2:5}); console.table([]); console.table([{a:'日本'}]);
console.table(new Map([[{a:1},[1]]]));console.table([{a:{b:1}}]); console.table(null); console.table({a:1}); console.table([[]]);console.table([1,[2,3]])
console.group('G',1); console.log('a\nb'); console.group(); console.table([1]); console.groupEnd(); console.error('err'); console.groupEnd(); console.groupEnd(); console.log('out');
console.count(); console.count('x'); console.count(); console.countReset(); console.count(); console.count(null); console.count(undefined);
console.assert(true,'no'); console.assert(false); console.assert(false,'msg %s','a'); console.assert(false,{a:1}); console.assert();
console.dir({a:{b:{c:{d:1}}}},{depth:0}); console.dir('str'); console.dirxml([1],2); console.log(); console.log('%s is %d',  'a', 1, 'rest'); console.log(console.log.name, typeof console.Console, console === require('node:console'));
const { log } = console; log('bound');
const written = [], own = new console.Console({ stdout: { write: text => written.push(text) }, ignoreErrors: false, inspectOptions: { depth: 0 } });
own.group('own'); own.warn({ a: { b: 1 } }); own.groupEnd(); own.log('%s!', 'end'); console.log(written);
const { write } = process.stdout, caught = []; process.stdout.write = text => { caught.push(text); return true; };
console.log('caught'); process.stdout.write = write; console.log(caught);
try { new console.Console({}); } catch (error) { console.log(error.code, error.message); }
try { console.table([], 5); } catch (error) { console.log(error.code, error.message); }

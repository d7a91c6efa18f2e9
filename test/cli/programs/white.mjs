let n = 0
for (const x of [1, 2, 3]) n += x
console.log(n)

const update = async (x) => {
  console.log("ask", x)
  await new Promise((resolve) => setTimeout(resolve, 5))
  return x * 2
}

let total = 0
for (const x of [1, 2, 3, 4]) {
  total += await update(x)
  console.log("got", x)
}
console.log(total)

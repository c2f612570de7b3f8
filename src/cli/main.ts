console.log("seedproof");

/** Our sources import `./file.js`, as Node will see it; under Jest the file is still `./file.ts`. */
module.exports = (request, options) => {
  if (/^\.{1,2}\/.*\.js$/.test(request) && !options.basedir.includes('/node_modules/')) {
    return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
  }
  return options.defaultResolver(request, options);
};

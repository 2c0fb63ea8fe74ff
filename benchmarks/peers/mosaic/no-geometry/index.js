// Stands in for a package that only maps need, and that is not always to be had.
const none = () => { throw new Error("There is no geometry here."); };
export const fromWKB = none, fromWKT = none, parseWKB = none, parseWKT = none, wkbToGeoJSON = none, wktToGeoJSON = none;
export default none;

/// The known name that somebody most probably meant.
enum NearestName {
    /// Nil when none is near: at most a third of the letters may be wrong.
    static func of(_ word: String, among names: [String]) -> String? {
        let letters = Array(word.lowercased().utf8.prefix(64))
        let candidates = names.map { (name: $0, distance: distance(letters, Array($0.lowercased().utf8))) }
        guard let best = candidates.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
        return best.distance <= max(1, letters.count / 3) ? best.name : nil
    }

    /// How many letters must be put in, left out, changed or swapped with their neighbour (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let change = above[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, above[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, above) = (above, current)
        }
        return above[right.count]
    }
}

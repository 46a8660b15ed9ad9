import System

extension ConfigSnapshot {
    /// Equal for two snapshots of the same files with the same bytes.
    public var fingerprint: String {
        let parts = digests.sorted { $0.key < $1.key }.map { "\($0.key)\u{0}\($0.value)\u{0}" }
        return SHA256.hash(of: Array(parts.joined().utf8))
    }

    /// The names of the files that came, went or got other bytes, sorted.
    ///
    /// A shipped file counts under its own name.
    public func changedFiles(since earlier: ConfigSnapshot) -> [String] {
        let (mine, theirs) = (digests, earlier.digests)
        let keys = Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }
        return Set(keys.map { String($0.drop { $0 != ":" }.dropFirst()) }).sorted()
    }

    /// "live:NAME" or "N:NAME" of a shipped directory → digest.
    private var digests: [String: String] {
        var all: [String: String] = [:]
        for (name, file) in files { all["live:" + name] = file.digest }
        for (index, directory) in shipped.enumerated() {
            for (name, file) in directory { all["\(index):" + name] = file.digest }
        }
        return all
    }
}

extension ConfigSnapshot {
    /// A value by its path, as plugins ask for it: `file [":" key]`.
    ///
    /// `file` is a name below the directory; without an ending `.ini`, then `.yaml`, `.json`, then the plain file is
    /// tried. `key` is "section.key", or "key" of section main, with "[N]" for an element of a list. Without a key it
    /// is the whole file: a section, or a list of lines.
    public func lookup(_ path: String) -> ConfigValue? {
        let parts = path.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let file = parts.first, !file.isEmpty, let whole = whole(String(file)) else { return nil }
        guard parts.count == 2, !parts[1].isEmpty else { return whole.value }
        guard let (key, indexes) = Self.indexes(of: parts[1]) else { return nil }
        var value: ConfigValue? = key.isEmpty ? whole.value : nil
        if case .section(let root) = whole.value, !key.isEmpty {
            // A key of section main may be named alone, even if it holds dots.
            value = (whole.isINI ? root["main"]?.section?[key]?.value : nil) ?? Self.find(key[...], in: root)
        }
        for index in indexes {
            guard case .list(let nodes)? = value, nodes.indices.contains(index) else { return nil }
            value = nodes[index].value
        }
        return value
    }

    /// The value of a path as JSON on one line; values of ini and plain files are strings.
    public func json(_ path: String) -> String? {
        lookup(path).map { JSONWriter.text(of: $0) }
    }

    private func whole(_ file: String) -> (value: ConfigValue, isINI: Bool)? {
        let last = file.split(separator: "/").last ?? ""
        let isPlain = FileType(name: file) == .plain
        let endings = isPlain && !last.isEmpty ? [".ini", ".yaml", ".json"] : [""]
        for ending in endings {
            if let document = document(file + ending), FileType(name: file + ending) != .plain {
                return (.section(document.root), FileType(name: file + ending) == .ini)
            }
            // A json or yaml file may hold a list or a scalar instead of keys.
            for name in FileType.alternatives(to: file + ending) {
                if let value = plainFile(name)?.root?.value { return (value, false) }
            }
        }
        guard isPlain, let lines = list(file) else { return nil }
        return (.list(lines.map { ConfigNode(.text($0.text), at: $0.origin) }), false)
    }

    /// Follows a dotted key.
    ///
    /// Names hold dots themselves (`[example.com]`), so at each step the longest one wins.
    private static func find(_ key: Substring, in section: ConfigSection) -> ConfigValue? {
        if let node = section[String(key)] { return node.value }
        var end = key.endIndex
        while let dot = key[..<end].lastIndex(of: ".") {
            if let inner = section[String(key[..<dot])]?.section,
                let value = find(key[key.index(after: dot)...], in: inner)
            {
                return value
            }
            end = dot
        }
        return nil
    }

    /// "hosts[0][1]" → "hosts", 0 and 1; nil when the brackets hold anything but a number.
    private static func indexes(of key: Substring) -> (key: String, indexes: [Int])? {
        var (rest, indexes): (Substring, [Int]) = (key, [])
        while rest.hasSuffix("]"), let open = rest.lastIndex(of: "[") {
            let digits = rest[rest.index(after: open)...].dropLast()
            guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), let index = Int(digits) else {
                return nil
            }
            indexes.insert(index, at: 0)
            rest = rest[..<open]
        }
        return (String(rest), indexes)
    }
}

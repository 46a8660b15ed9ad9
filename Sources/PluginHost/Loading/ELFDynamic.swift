/// The dynamic section: what the loader is told, and the way to the dynamic symbols.
struct ELFDynamic {
    private(set) var needed: [String] = []
    private(set) var soname: String?
    private(set) var runpath: [String] = []
    private(set) var hasTextRelocations = false
    private let segments: [ELFSegment]
    private var values: [UInt64: UInt64] = [:]
    private var strings = 0..<0

    private enum Tag {
        static let needed: UInt64 = 1
        static let hash: UInt64 = 4
        static let strings: UInt64 = 5
        static let symbols: UInt64 = 6
        static let stringsSize: UInt64 = 10
        static let soname: UInt64 = 14
        static let rpath: UInt64 = 15
        static let textRelocations: UInt64 = 22
        static let runpath: UInt64 = 29
        static let flags: UInt64 = 30
        static let gnuHash: UInt64 = 0x6FFF_FEF5
    }

    init(_ bytes: Span<UInt8>, _ segments: [ELFSegment]) throws(ELFImage.Flaw) {
        self.segments = segments
        guard let segment = segments.first(where: \.isDynamic) else {
            throw .inconsistent("it has no dynamic section")
        }
        var entries: [(tag: UInt64, value: UInt64)] = []
        for start in stride(from: segment.contents.lowerBound, to: segment.contents.upperBound, by: 16) {
            guard let tag = bytes.u64(at: start), let value = bytes.u64(at: start + 8), tag != 0 else { break }
            entries.append((tag, value))
            values[tag] = value
        }
        strings = try stringTable()
        hasTextRelocations = values[Tag.textRelocations] != nil || (values[Tag.flags] ?? 0) & 4 != 0
        guard entries.count < 4_096 else { throw .inconsistent("its dynamic section has \(entries.count) entries") }
        for entry in entries where entry.tag == Tag.needed { needed.append(try string(entry.value, bytes)) }
        if let name = values[Tag.soname] { soname = try string(name, bytes) }
        if let path = values[Tag.runpath] ?? values[Tag.rpath] {
            runpath = try string(path, bytes).split(separator: ":").map(String.init)
        }
    }

    private func stringTable() throws(ELFImage.Flaw) -> Range<Int> {
        guard let address = values[Tag.strings], let size = values[Tag.stringsSize], let length = Int(exactly: size)
        else {
            throw .inconsistent("its dynamic section names no string table")
        }
        let rest = try contents(from: address, "string table")
        guard length <= rest.count else { throw .incomplete("its dynamic string table ends beyond its segment") }
        return rest.prefix(length)
    }

    private func contents(from address: UInt64, _ what: String) throws(ELFImage.Flaw) -> Range<Int> {
        for segment in segments {
            if let found = segment.contents(from: address) { return found }
        }
        throw .inconsistent("its dynamic \(what) lies in no segment")
    }

    private func string(_ offset: UInt64, _ bytes: Span<UInt8>) throws(ELFImage.Flaw) -> String {
        guard
            let distance = Int(exactly: offset), distance < strings.count,
            let text = bytes.text(at: strings.lowerBound + distance, before: strings.upperBound, limit: 65_535)
        else { throw .inconsistent("a name lies outside its dynamic string table") }
        return text
    }

    /// Every dynamic symbol with a name.
    func symbols(of bytes: Span<UInt8>, _ sections: [ELFSection]) throws(ELFImage.Flaw) -> [ELFSymbol] {
        guard let address = values[Tag.symbols] else {
            throw .inconsistent("its dynamic section names no symbol table")
        }
        let table = try contents(from: address, "symbol table")
        // A GNU hash table knows no symbols that nobody can find: without exports it does not count the undefined ones.
        let listed = sections.first { $0.isDynamicSymbols && $0.contents.lowerBound == table.lowerBound }
        let count = max(try symbolCount(bytes), (listed?.contents.count ?? 0) / ELFSymbol.entrySize)
        guard count <= table.count / ELFSymbol.entrySize else {
            throw .incomplete("its \(count) dynamic symbols end beyond their segment")
        }
        // Names may share bytes, but a table whose names are far longer than the file was made to waste time.
        var budget = 4 * bytes.count + 4_096
        var symbols: [ELFSymbol] = []
        for index in 0..<count {
            let start = table.lowerBound + index * ELFSymbol.entrySize
            guard let nameOffset = bytes.u32(at: start), nameOffset != 0 else { continue }
            let name = try string(UInt64(nameOffset), bytes)
            if name.isEmpty { continue }
            budget -= name.utf8.count
            guard budget > 0 else { throw .inconsistent("its symbol names are longer than the file") }
            if let symbol = ELFSymbol(bytes, at: start, name: name) { symbols.append(symbol) }
        }
        return symbols
    }

    private func symbolCount(_ bytes: Span<UInt8>) throws(ELFImage.Flaw) -> Int {
        if let address = values[Tag.hash] {
            let table = try contents(from: address, "hash table")
            guard let count = bytes.u32(at: table.lowerBound + 4) else {
                throw .incomplete("its hash table ends beyond its \(bytes.count) bytes")
            }
            return Int(count)
        }
        guard let address = values[Tag.gnuHash] else { throw .inconsistent("it has no symbol hash table") }
        let table = try contents(from: address, "hash table")
        guard let count = Self.count(ofGNUHash: table.lowerBound, bytes) else {
            throw .incomplete("its hash table ends beyond its \(bytes.count) bytes")
        }
        return count
    }

    /// The GNU hash table doesn't say how many symbols there are: the last chain's end does.
    private static func count(ofGNUHash start: Int, _ bytes: Span<UInt8>) -> Int? {
        guard
            let buckets = bytes.u32(at: start), let first = bytes.u32(at: start + 4),
            let bloom = bytes.u32(at: start + 8)
        else { return nil }
        let bucketStart = start + 16 + 8 * Int(bloom)
        let chainStart = bucketStart + 4 * Int(buckets)
        guard chainStart <= bytes.count else { return nil }
        var last: UInt32 = 0
        for index in 0..<Int(buckets) { last = max(last, bytes.u32(at: bucketStart + 4 * index) ?? 0) }
        guard last >= first, last > 0 else { return Int(first) }
        var index = Int(last)
        while let link = bytes.u32(at: chainStart + 4 * (index - Int(first))) {
            index += 1
            if link & 1 == 1 { return index }
        }
        return nil
    }
}

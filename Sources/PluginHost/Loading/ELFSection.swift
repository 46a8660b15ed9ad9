/// A row of the section header table: needed for the note, and to see that a file is all there.
struct ELFSection {
    static let entrySize = 64

    let name: String
    let contents: Range<Int>
    /// SHT_DYNSYM: the symbols that the loader sees.
    let isDynamicSymbols: Bool

    private struct Row {
        let nameOffset: UInt32
        let type: UInt32
        let offset: UInt64
        let size: UInt64

        /// SHT_NULL and SHT_NOBITS have no bytes in the file.
        var isEmpty: Bool { type == 0 || type == 8 }
    }

    static func all(of bytes: Span<UInt8>, _ header: ELFHeader) throws(ELFImage.Flaw) -> [ELFSection] {
        // A file without section headers is legal: the loader doesn't use them.
        guard header.sectionHeaders != 0, header.sectionHeaderCount > 0 else { return [] }
        let rows = try table(bytes, header)
        // Linkers write the table last; a file whose size was set first is full of zeros there.
        guard rows.count == 1 || rows.contains(where: { $0.type != 0 }) else {
            throw .incomplete("its section headers are zeros")
        }
        guard rows.indices.contains(header.sectionNames) else {
            throw .inconsistent("its section names are in section \(header.sectionNames) of \(rows.count)")
        }
        let names = try contents(of: rows[header.sectionNames], bytes)
        var sections: [ELFSection] = []
        for row in rows {
            let contents = try contents(of: row, bytes)
            let start = names.lowerBound + Int(row.nameOffset)
            let name = bytes.text(at: start, before: names.upperBound, limit: 255) ?? ""
            sections.append(ELFSection(name: name, contents: contents, isDynamicSymbols: row.type == 11))
        }
        return sections
    }

    private static func table(_ bytes: Span<UInt8>, _ header: ELFHeader) throws(ELFImage.Flaw) -> [Row] {
        let size = header.sectionHeaderCount * entrySize
        guard let table = bytes.range(at: header.sectionHeaders, size: UInt64(size)) else {
            throw .incomplete("its section headers end beyond its \(bytes.count) bytes")
        }
        var rows: [Row] = []
        for start in stride(from: table.lowerBound, to: table.upperBound, by: entrySize) {
            guard
                let name = bytes.u32(at: start), let type = bytes.u32(at: start + 4),
                let offset = bytes.u64(at: start + 24), let size = bytes.u64(at: start + 32)
            else { throw .incomplete("its section headers end beyond its \(bytes.count) bytes") }
            rows.append(Row(nameOffset: name, type: type, offset: offset, size: size))
        }
        return rows
    }

    private static func contents(of row: Row, _ bytes: Span<UInt8>) throws(ELFImage.Flaw) -> Range<Int> {
        if row.isEmpty { return 0..<0 }
        guard let contents = bytes.range(at: row.offset, size: row.size) else {
            throw .incomplete("a section of \(row.size) bytes starts at \(row.offset) and the file has \(bytes.count)")
        }
        return contents
    }
}

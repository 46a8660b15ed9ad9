/// What a shared library says of itself, read from its bytes before any of its code can run.
///
/// Parsing is bounded by the bytes given and touches nothing else, so any file may be given to it.
public struct ELFImage: Sendable, Equatable {
    /// `e_type`; 3 is a shared object.
    public let type: UInt16
    /// `e_machine`; 62 is x86-64, 183 is AArch64.
    public let machine: UInt16
    /// A segment is mapped writable and executable at once.
    public let hasWritableCode: Bool
    /// The loader would make the stacks of the whole process executable.
    public let hasExecutableStack: Bool
    /// The loader would have to write into code.
    public let hasTextRelocations: Bool
    public let soname: String?
    /// Libraries that the loader opens with it, as named in the file.
    public let needed: [String]
    /// Where the loader looks for these first; `$ORIGIN` is the file's own folder.
    public let runpath: [String]
    /// Names in the dynamic symbol table that others can bind to, in the file's order.
    public let exported: [String]
    /// Names that another image must provide.
    public let undefined: [String]
    /// Names that may stay absent.
    public let undefinedWeak: [String]
    /// The plugin ABI majors whose entry function is exported: 1 for `haraka_plugin_v1`.
    public let majors: [Int]
    /// The contents of the section `.note.haraka`, when there is one.
    public let note: [UInt8]?

    /// Why bytes are no ELF image that could be looked into.
    public enum Flaw: Error, Equatable {
        /// The file ends before what it announces; the text says what.
        case incomplete(String)
        /// It is something else; the text says what it is not, or what it is.
        case foreign(String)
        /// It is an ELF file that contradicts itself.
        case inconsistent(String)
    }

    public init(parsing bytes: Span<UInt8>) throws(Flaw) {
        let header = try ELFHeader(bytes)
        let segments = try ELFSegment.all(of: bytes, header)
        let sections = try ELFSection.all(of: bytes, header)
        let dynamic = try ELFDynamic(bytes, segments)
        let symbols = try dynamic.symbols(of: bytes, sections)
        type = header.type
        machine = header.machine
        hasWritableCode = segments.contains { $0.isLoaded && $0.isWritable && $0.isExecutable }
        // Without the header glibc takes the architecture's default, which is executable.
        hasExecutableStack = segments.first { $0.isStack }?.isExecutable ?? true
        hasTextRelocations = dynamic.hasTextRelocations
        soname = dynamic.soname
        needed = dynamic.needed
        runpath = dynamic.runpath
        exported = symbols.filter(\.isExported).map(\.name)
        undefined = symbols.filter { $0.isUndefined && !$0.isWeak }.map(\.name)
        undefinedWeak = symbols.filter { $0.isUndefined && $0.isWeak }.map(\.name)
        majors = symbols.filter { $0.isExported && $0.isFunction(in: segments) }.compactMap(\.major).sorted()
        note = sections.first { $0.name == ".note.haraka" }.map { bytes.copy($0.contents) }
    }
}

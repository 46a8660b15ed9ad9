internal import Glibc
internal import Mail
public import System

/// The text of one message in memory that never moves: the host's header lines, then what the client sent.
///
/// The loop appends; plugins look from any thread. The header block with every edit is made when somebody asks for it.
/// With a ``Spool``, what a big message has behind its first bytes goes to a file as it comes.
@safe public final class MessageBuffer: @unchecked Sendable {
    // Invariant: all that changes is in `state`, under its lock. Bytes once appended are never written again, so a view
    // of them is good while the buffer lives.
    @safe struct Chunk {
        let memory: UnsafeMutablePointer<UInt8>
        let capacity: Int
        var count = 0

        init(capacity: Int) {
            unsafe memory = .allocate(capacity: capacity)
            self.capacity = capacity
        }
    }

    struct State {
        let leading: [UInt8]
        var chunks: [Chunk] = []
        /// Bytes that the chunks have room for.
        var capacity = 0
        /// What comes behind the chunks.
        var region: SpoolRegion?
        var count = 0
        var edits: [HeaderEdit] = []
        /// How many bytes of the text are header, once its end was seen.
        var headerEnd: Int?
        var isComplete = false
        /// The header block with all edits, until the next one.
        var image: HeaderImage?
    }

    /// What becomes of more text.
    public enum Welcome: Sendable, Equatable {
        case more
        /// The disk has to catch up first: whoever began the message is woken then.
        case later
        /// None can be taken any more, for this reason.
        case never(SystemError)
    }

    let state: Guarded<State>
    let spool: Spool?
    private let largest: Int
    let wake: (@Sendable (UInt64) -> Void)?
    let room: UInt64

    /// Bytes of all messages that are in memory now, so that the server can say 452 in time.
    public static var totalBytes: Int { Gauges.messages.count }

    private static let firstChunk = 8 << 10
    private static let largestChunk = 1 << 20

    /// - Parameters:
    ///   - leading: the server's own header lines.
    ///   - spool: nil keeps all of it in memory.
    ///   - largest: bytes that may come at most.
    ///   - wake: called on any thread when there is room again after ``Welcome/later``.
    ///   - room: what it is called with.
    init(
        leading: [UInt8],
        spool: Spool? = nil,
        largest: Int = 0,
        wake: (@Sendable (UInt64) -> Void)? = nil,
        room: UInt64 = 0
    ) {
        state = Guarded(State(leading: leading))
        self.spool = spool
        self.largest = largest
        self.wake = wake
        self.room = room
    }

    deinit {
        let (chunks, region) = state.withLock { state in (state.chunks, state.region.take()) }
        if let region, region.hasFile { spool?.take(.drop(region)) }
        for chunk in chunks {
            Gauges.messages.remove(chunk.capacity)
            unsafe chunk.memory.deallocate()
        }
    }

    /// Bytes as received; the host's own lines and plugins' edits don't count.
    public var count: Int { state.withLock { $0.count } }

    /// Whether its last byte has come.
    var isWhole: Bool { state.withLock { $0.isComplete } }

    /// Takes what the client sent: CRLF line ends, dots unstuffed.
    @discardableResult
    public func append(_ run: Span<UInt8>) -> Welcome {
        unsafe run.withUnsafeBytes { source in
            guard unsafe !source.isEmpty else { return .more }
            return state.withLock { state in
                var taken = 0
                while taken < source.count, state.region == nil, makeRoom(&state) {
                    taken += unsafe Self.fill(&state.chunks, with: UnsafeRawBufferPointer(rebasing: source[taken...]))
                }
                state.count += taken
                if state.headerEnd == nil { state.image = nil }
                guard let region = state.region else { return .more }
                if let fault = region.fault { return .never(fault) }
                return unsafe append(UnsafeRawBufferPointer(rebasing: source[taken...]), to: region, &state.count)
            }
        }
    }

    /// Fills up the last chunk; tells how many bytes it took.
    private static func fill(_ chunks: inout [Chunk], with rest: UnsafeRawBufferPointer) -> Int {
        let last = chunks.count - 1
        let chunk = chunks[last]
        let part = min(chunk.capacity - chunk.count, rest.count)
        if let base = rest.baseAddress {
            unsafe memcpy(chunk.memory + chunk.count, base, part)
        }
        chunks[last].count += part
        return part
    }

    /// Whether the last chunk has room now; if not, a region stands behind the chunks.
    private func makeRoom(_ state: inout State) -> Bool {
        if let last = state.chunks.last, last.count < last.capacity { return true }
        var capacity = min(state.chunks.last.map { $0.capacity * 2 } ?? Self.firstChunk, Self.largestChunk)
        if let spool, !state.chunks.isEmpty {
            let left = (Self.totalBytes < spool.pressure ? spool.after : 0) - state.capacity
            if left > 0 {
                capacity = min(capacity, left)
            } else if let region = try? SpoolRegion(capacity: largest) {
                // Without addresses for a region it goes on in memory.
                state.region = region
                return false
            }
        }
        Gauges.messages.add(capacity)
        state.capacity += capacity
        state.chunks.append(Chunk(capacity: capacity))
        return true
    }

    /// Says that nothing more comes; a text without an empty line is all header then.
    public func complete() {
        state.withLock { state in
            state.isComplete = true
            state.image = nil
        }
    }

    // MARK: Looking

    /// The message in order: the header block with every edit and its empty line, then the body as it came.
    public func withSegments<Result>(_ body: ([UnsafeRawBufferPointer]) throws -> Result) rethrows -> Result {
        let (header, segments) = unsafe segments(with: [])
        defer { withExtendedLifetime((header, self)) {} }
        return unsafe try body(segments)
    }

    /// The segments, and what keeps the first of them; the others live as long as the buffer.
    func segments(with staged: [HeaderEdit]) -> (HeaderImage, [UnsafeRawBufferPointer]) {
        unsafe state.withLock { state in
            let image = Self.image(&state, with: staged)
            return unsafe (image, [image.bytes] + Self.body(state))
        }
    }

    /// The header block with every edit, and those that a call has staged.
    func header(with staged: [HeaderEdit]) -> HeaderBlock {
        state.withLock { Self.image(&$0, with: staged).block }
    }

    /// Why an edit can't be made, tried behind those that a call has staged; nil when it can.
    func refusal(of edit: HeaderEdit, after staged: [HeaderEdit]) -> HeaderEditError? {
        var block = header(with: staged)
        do throws(HeaderEditError) {
            try block.apply(edit)
            return nil
        } catch {
            return error
        }
    }

    /// Makes edits that were found good.
    func apply(_ edits: [HeaderEdit]) {
        guard !edits.isEmpty else { return }
        state.withLock { state in
            state.edits += edits
            state.image = nil
        }
    }

    /// Copies bytes of the message as ``withSegments(_:)`` shows it; 0 at its end.
    func read(at offset: Int, with staged: [HeaderEdit], into target: UnsafeMutableRawBufferPointer) -> Int {
        let (header, segments) = unsafe segments(with: staged)
        defer { withExtendedLifetime(header) {} }
        var skip = offset
        var filled = 0
        for index in unsafe segments.indices {
            let segment = unsafe segments[index]
            if skip >= segment.count {
                skip -= segment.count
                continue
            }
            let part = min(segment.count - skip, target.count - filled)
            if part == 0 { break }
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + part])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: segment[skip..<skip + part]))
            filled += part
            skip = 0
        }
        return filled
    }

    /// How many fields of that name the header block has, the host's own and plugins' edits included.
    ///
    /// Every message is asked this, so that the header block isn't made for it where the text says enough.
    public func fields(named name: String) -> Int {
        let plain = state.withLock { state -> Int? in
            guard state.edits.isEmpty, let first = state.chunks.first else { return nil }
            let text = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: first.memory, count: first.count))
            guard let own = HeaderBlock.count(of: name, in: text) else { return nil }
            return own + HeaderBlock(state.leading).count(of: name)
        }
        return plain ?? header(with: []).count(of: name)
    }

    // MARK: The header block

    private static func image(_ state: inout State, with staged: [HeaderEdit]) -> HeaderImage {
        if staged.isEmpty, let image = state.image { return image }
        var block = HeaderBlock(state.leading + header(&state))
        for edit in state.edits + staged {
            // Each was found good when it was made; a REPLACE at the hook data may have lost its field since.
            do throws(HeaderEditError) { try block.apply(edit) } catch { continue }
        }
        let image = HeaderImage(block)
        if staged.isEmpty { state.image = image }
        return image
    }

    /// The client's header lines without their empty line.
    private static func header(_ state: inout State) -> [UInt8] {
        if let end = state.headerEnd { return prefix(state, end) }
        var length = min(state.count, firstChunk)
        while length > 0 {
            let text = prefix(state, length)
            if let end = HeaderBlock.end(of: text.span) {
                state.headerEnd = end
                return Array(text[..<end])
            }
            if length == state.count { break }
            length = min(state.count, length * 4)
        }
        if state.isComplete { state.headerEnd = state.count }
        return prefix(state, state.count)
    }

    private static func prefix(_ state: State, _ length: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        for chunk in state.chunks where bytes.count < length {
            let part = min(chunk.count, length - bytes.count)
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: chunk.memory, count: part))
        }
        if let region = state.region { unsafe bytes.append(contentsOf: region.bytes.prefix(length - bytes.count)) }
        return bytes
    }

    private static func body(_ state: State) -> [UnsafeRawBufferPointer] {
        var segments: [UnsafeRawBufferPointer] = unsafe []
        guard var skip = state.headerEnd else { return unsafe segments }
        for chunk in state.chunks {
            if skip < chunk.count {
                unsafe segments.append(UnsafeRawBufferPointer(start: chunk.memory + skip, count: chunk.count - skip))
            }
            skip = max(0, skip - chunk.count)
        }
        if let region = state.region, skip < region.count {
            unsafe segments.append(UnsafeRawBufferPointer(rebasing: region.bytes[skip...]))
        }
        return unsafe segments
    }
}

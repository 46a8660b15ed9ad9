/// Finds the parts of a message while its text goes by, in pieces of any size: RFC 2046.
///
/// It keeps no text. What is open at a time is bounded: multiparts and messages below depth 100 aren't looked into, a
/// boundary has 70 characters at most, and no more parts are kept than it is told. A multipart without its last boundary
/// ends where what contains it ends. Nothing is looked at any more, once no boundary can come.
public struct MIMEReader: Sendable, Equatable {
    /// Parts so far, the message itself not counted: those of multiparts, and messages within messages.
    public private(set) var count = 0
    /// The message itself, then its parts in the order in which they begin; ranges are final after ``finish()``.
    public private(set) var parts: [MIMEPart] = []

    /// Whether no part can begin any more, so that more text needn't be shown.
    public var isOver: Bool { place == .over }

    var place = Place.fieldStart
    var boundaries = MIMEBoundaries()
    var watch = MIMEHeaderWatch()
    /// The start of a line that begins with two hyphens, as far as it matters.
    var line: [UInt8] = []
    /// How much of the text was shown before.
    var offset = 0
    /// Where the field or line under way begins.
    var lineStart = 0
    /// Whether the header under way has a field.
    var hasField = false

    /// What is read: the header of the newest part, or what stands behind it.
    private var isInHeader = true
    private var bodyStart = 0
    /// The index of the part that is read, if it is kept.
    private var current: Int?
    private let keeping: Int

    /// - Parameter keeping: how many parts are kept in ``parts``; 0 is enough for counting.
    public init(keeping: Int = 0) {
        self.keeping = keeping
        guard keeping > 0 else { return }
        parts = [MIMEPart(depth: 0, parent: nil, header: 0..<0, body: 0..<0, type: nil)]
        current = 0
    }

    /// Reads on.
    public mutating func read(_ text: Span<UInt8>) {
        var at = 0
        while at < text.count, place != .over { step(text, &at) }
        offset += text.count
    }

    /// The message ends here.
    public mutating func finish() {
        if place == .delimiter || place == .delimiterReturn { judgeLine(endingAt: offset) }
        if isInHeader, place != .over { endHeader(at: offset, bodyAt: offset) }
        // Messages within messages begin where the text ends, and are empty.
        end(from: 0, at: offset)
        place = .over
    }

    // MARK: Parts

    /// The header is over: what comes behind is text, parts, or a message with a header of its own.
    mutating func endHeader(at headerEnd: Int, bodyAt start: Int) {
        // Nearly every message: it has no parts, and nobody asks for itself.
        if watch.type == nil, current == nil, boundaries.depth == 0 {
            isInHeader = false
            return place = .over
        }
        var type = watch.type.flatMap { MIMEField($0.span) }
        let isWithinDigest = boundaries.innermost?.isDigest == true
        let isMessage = type.map { ["message/rfc822", "message/global"].contains($0.value) } ?? isWithinDigest
        if isMessage, type == nil { type = MIMEField("message/rfc822".utf8.span) }
        if let current {
            parts[current].header = parts[current].header.lowerBound..<headerEnd
            parts[current].body = start..<start
            parts[current].type = type
        }
        bodyStart = start
        isInHeader = false
        if !boundaries.isFull {
            if let boundary = type?.boundary {
                let isDigest = type?.value == "multipart/digest"
                boundaries.open(.init(boundary: boundary, part: current, isDigest: isDigest))
            } else if isMessage, !watch.isEncoded {
                boundaries.open(.init(boundary: nil, part: current))
                return begin(at: start)
            }
        }
        place = boundaries.isWatching ? .textStart : .over
    }

    /// A part begins with its header.
    private mutating func begin(at start: Int) {
        count += 1
        watch = MIMEHeaderWatch()
        (hasField, isInHeader, place) = (false, true, .fieldStart)
        lineStart = start
        guard parts.count < keeping else { return current = nil }
        let parent = boundaries.innermost?.part
        current = parts.count
        parts.append(
            MIMEPart(depth: boundaries.depth, parent: parent, header: start..<start, body: start..<start, type: nil)
        )
    }

    /// Ends the part that is read, and the containers from an index on.
    private mutating func end(from container: Int, at end: Int) {
        if let current { close(current, at: end) }
        for index in container..<boundaries.depth {
            if let part = boundaries.containers[index].part { close(part, at: end) }
        }
    }

    private mutating func close(_ part: Int, at end: Int) {
        parts[part].body = parts[part].body.lowerBound..<max(parts[part].body.lowerBound, end)
    }

    /// A line that begins with two hyphens has ended in front of a place.
    mutating func judgeLine(endingAt next: Int) {
        guard let mark = boundaries.mark(line.span) else {
            guard isInHeader else { return place = .textStart }
            guard HeaderBlock.start(of: line.span) != .field else {
                hasField = true
                return place = .fieldStart
            }
            // It is the first line of the body, and may be a boundary of what this header has announced.
            endHeader(at: lineStart, bodyAt: lineStart)
            return place == .over ? () : judgeLine(endingAt: next)
        }
        if isInHeader { endHeader(asOf: lineStart) }
        // The line end in front of a boundary is the boundary's, unless it ends the header.
        let end = lineStart - 2 >= bodyStart ? lineStart - 2 : lineStart
        self.end(from: mark.container + 1, at: end)
        guard mark.isLast else {
            boundaries.close(to: mark.container + 1)
            return begin(at: next)
        }
        current = boundaries.containers[mark.container].part
        boundaries.close(to: mark.container)
        // What follows is the epilogue, which belongs to the multipart.
        place = boundaries.isWatching ? .textStart : .over
    }

    /// A header that a boundary cuts off: the part has nothing else.
    private mutating func endHeader(asOf place: Int) {
        let type = watch.type.flatMap { MIMEField($0.span) }
        if let current {
            parts[current].header = parts[current].header.lowerBound..<place
            parts[current].body = place..<place
            parts[current].type = type
        }
        bodyStart = place
        isInHeader = false
    }

    /// The line under way is no field: it belongs to the body, and no boundary begins in what was read of it.
    mutating func leaveHeader() {
        watch.forget()
        let start = lineStart
        endHeader(at: start, bodyAt: start)
        // A message that begins with a line that is no field has no header either.
        while isInHeader { endHeader(at: start, bodyAt: start) }
        if place != .over { place = .text }
    }

    var readsHeader: Bool { isInHeader }
}

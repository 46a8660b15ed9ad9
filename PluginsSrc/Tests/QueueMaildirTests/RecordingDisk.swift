import Disk
import Synchronization

/// The real disk, which writes down what was asked of it and fails one call, or never syncs.
final class RecordingDisk: Disk {
    enum Step: Equatable {
        case openRoot
        case open(String)
        case mkdir(String)
        case create(String)
        case write(Int)
        case sync(String)
        case rename(String)
        case remove(String)
    }

    private struct Record {
        var steps: [Step] = []
        var names: [Int32: String] = [:]
        var open = 0
    }

    private let disk = LinuxDisk()
    private let record = Mutex(Record())
    private let failure: (step: Int, errno: Int32)?
    private let syncs: Bool
    /// At most so many bytes in one write.
    private let largestWrite: Int

    init(failing step: Int? = nil, errno: Int32 = 0, syncs: Bool = true, largestWrite: Int = .max) {
        failure = step.map { ($0, errno) }
        self.syncs = syncs
        self.largestWrite = largestWrite
    }

    var steps: [Step] { record.withLock { $0.steps } }

    /// Descriptors that nobody has closed.
    var open: Int { record.withLock { $0.open } }

    func openFolder(path: String) throws(DiskFailure) -> Int32 {
        try note(.openRoot)
        return opened(try disk.openFolder(path: path), "root")
    }

    func openFolder(_ name: String, in folder: Int32) throws(DiskFailure) -> Int32 {
        try note(.open(name))
        return opened(try disk.openFolder(name, in: folder), name)
    }

    func makeFolder(_ name: String, in folder: Int32) throws(DiskFailure) {
        try note(.mkdir(name))
        try disk.makeFolder(name, in: folder)
    }

    func createFile(_ name: String, in folder: Int32) throws(DiskFailure) -> Int32 {
        try note(.create(name))
        return opened(try disk.createFile(name, in: folder), "file")
    }

    func write(_ bytes: RawSpan, to file: Int32) throws(DiskFailure) -> Int {
        try note(.write(bytes.byteCount))
        return try disk.write(bytes.extracting(first: min(bytes.byteCount, largestWrite)), to: file)
    }

    func sync(_ descriptor: Int32) throws(DiskFailure) {
        try note(.sync(record.withLock { $0.names[descriptor] ?? "?" }))
        if syncs { try disk.sync(descriptor) }
    }

    func rename(_ old: String, to new: String, in folder: Int32) throws(DiskFailure) {
        try note(.rename(new))
        try disk.rename(old, to: new, in: folder)
    }

    func remove(_ name: String, in folder: Int32) throws(DiskFailure) {
        try note(.remove(name))
        try disk.remove(name, in: folder)
    }

    func close(_ descriptor: Int32) {
        record.withLock { $0.open -= 1 }
        disk.close(descriptor)
    }

    private func opened(_ descriptor: Int32, _ name: String) -> Int32 {
        record.withLock {
            $0.names[descriptor] = name
            $0.open += 1
        }
        return descriptor
    }

    private func note(_ step: Step) throws(DiskFailure) {
        let number = record.withLock {
            $0.steps.append(step)
            return $0.steps.count - 1
        }
        guard let failure, failure.step == number else { return }
        throw DiskFailure("\(step)", "", errno: failure.errno)
    }
}

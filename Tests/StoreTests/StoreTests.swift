import Dispatch
import Support
import System
import Testing

@testable import Store

struct StoreTests {
    private static let schema = StoreSchema(steps: [["CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"]])

    private func count(_ store: Store) throws -> Int {
        try store.read { transaction throws(StoreError) in
            try transaction.first("SELECT count(*) FROM word") { $0.integer(0) } ?? -1
        }
    }

    private static func insert(_ text: String) -> Store.Work {
        { transaction throws(StoreError) in
            try transaction.run("INSERT INTO word (text) VALUES (?)", [.text(text)])
        }
    }

    private static let nonsense: Store.Work = { transaction throws(StoreError) in
        try transaction.run("INSERT INTO nowhere VALUES (1)")
    }

    @Test func `Many write at once, and each is told when its word is on the disk`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        let errors = await withTaskGroup(of: StoreError?.self) { group in
            for index in 0..<500 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        store.write(Self.insert("\(index)")) { continuation.resume(returning: $0) }
                    }
                }
            }
            return await group.reduce(into: [StoreError]()) { if let error = $1 { $0.append(error) } }
        }
        #expect(errors == [])
        #expect(try count(store) == 500)
        store.close()
        let again = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        #expect(try count(again) == 500)
        again.close()
    }

    @Test func `What nobody minds to wait for comes with what somebody does, in order, or by itself`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        let order = Locked<[String]>([])
        func write(_ text: String, isIdle: Bool) async -> StoreError? {
            await withCheckedContinuation { continuation in
                store.write(isIdle: isIdle, Self.insert(text)) { error in
                    order.withLock { $0.append(text) }
                    continuation.resume(returning: error)
                }
            }
        }
        #expect(await write("alone", isIdle: true) == nil)
        // What is taken first is written first, whoever minds.
        store.write(isIdle: true, Self.insert("idle")) { _ in order.withLock { $0.append("idle") } }
        #expect(await write("urgent", isIdle: false) == nil)
        #expect(order.withLock(\.self) == ["alone", "idle", "urgent"])
        store.write(isIdle: true, Self.insert("last")) { _ in order.withLock { $0.append("last") } }
        store.close()
        #expect(order.withLock(\.self).last == "last")
        let again = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        #expect(try count(again) == 4)
        again.close()
    }

    @Test func `A piece of work that is wrong fails alone`() throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        let outcomes = Locked<[String]>([])
        let done = DispatchGroup()
        // The first keeps the writer busy, so that the others share a transaction.
        let gate = DispatchSemaphore(value: 0)
        done.enter()
        store.write { _ throws(StoreError) in
            gate.wait()
        } _: { _ in
            done.leave()
        }
        for text in ["a", "b", "c"] {
            done.enter()
            let work = text == "b" ? Self.nonsense : Self.insert(text)
            store.write(work) { error in
                outcomes.withLock { $0.append(error == nil ? text : "\(text) failed") }
                done.leave()
            }
        }
        // Twice, since the first may have been put into one transaction with the others.
        gate.signal()
        gate.signal()
        done.wait()
        #expect(outcomes.withLock { $0 } == ["a", "b failed", "c"])
        #expect(try count(store) == 2)
        store.close()
    }

    @Test func `A disk that is full refuses all that shared the transaction, and is well again by itself`() async throws
    {
        let folder = try TemporaryFolder()
        let reports = Locked<[String]>([])
        let store = try Store(path: folder.path + "/a.db", schema: Self.schema) { said in
            reports.withLock { $0.append(said) }
        }
        try store.writeNow(Self.insert("kept"))
        // The connection may use no page more; the next one may.
        try store.writeNow { transaction throws(StoreError) in
            _ = try transaction.rows("PRAGMA max_page_count = 1") { $0.integer(0) }
        }
        let large = String(repeating: "x", count: 100_000)
        let undone = Locked(0)
        let error = await withCheckedContinuation { continuation in
            store.write(Self.insert(large), undo: { _ throws(StoreError) in undone.withLock { $0 += 1 } }) {
                continuation.resume(returning: $0)
            }
        }
        guard case .disk = error else {
            Issue.record("not refused: \(String(describing: error))")
            return
        }
        #expect(undone.withLock { $0 } == 0)
        let wellAgain = try await untilWell(store)
        #expect(wellAgain)
        #expect(undone.withLock { $0 } == 1)
        #expect(reports.withLock { $0.count } == 2)
        #expect(try count(store) == 2)
        store.close()
    }

    /// Writes until it is taken: the store tries the disk anew after a while.
    private func untilWell(_ store: Store) async throws -> Bool {
        for _ in 0..<2000 {
            do throws(StoreError) {
                try store.writeNow(Self.insert("again"))
                return true
            } catch { try await Task.sleep(for: .milliseconds(5)) }
        }
        return false
    }

    @Test func `An older format is copied before it is changed`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.db"
        let old = try Store(path: path, schema: Self.schema) { _ in }
        try old.writeNow(Self.insert("old"))
        old.close()
        let next = StoreSchema(steps: Self.schema.steps + [["ALTER TABLE word ADD COLUMN more INTEGER"]])
        let new = try Store(path: path, schema: next) { _ in }
        try new.writeNow { transaction throws(StoreError) in try transaction.run("UPDATE word SET more = 1") }
        new.close()
        let copy = try Store(path: path + ".format-1", schema: Self.schema) { _ in }
        #expect(try count(copy) == 1)
        copy.close()
    }

    @Test func `A newer format is refused in a sentence`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.db"
        let next = StoreSchema(steps: Self.schema.steps + [["ALTER TABLE word ADD COLUMN more INTEGER"]])
        try Store(path: path, schema: next) { _ in }.close()
        let error = #expect(throws: StoreError.self) { try Store(path: path, schema: Self.schema) { _ in } }
        #expect(error == .newer(found: 2, known: 1))
        #expect("\(StoreError.newer(found: 2, known: 1))".contains("this version knows formats up to 1"))
    }

    @Test func `What is closed takes nothing`() throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        store.close()
        #expect(throws: StoreError.closed) { try store.writeNow(Self.insert("late")) }
    }

    @Test func `Nobody else may read the file`() throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path + "/a.db", schema: Self.schema) { _ in }
        try store.writeNow(Self.insert("secret"))
        for name in ["a.db", "a.db-wal"] {
            #expect(try FileDescriptor.open(folder.path + "/" + name).facts().mode & 0o077 == 0)
        }
        store.close()
    }
}

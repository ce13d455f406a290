internal import Logging
internal import Redis

extension Worker {
    /// The providers of a lane, by name.
    func providers(of lane: LaneKeys) -> [Provider] {
        providers.values.filter { store.lane(of: $0.name) == lane }.sorted { $0.name < $1.name }
    }

    /// Registers all providers.
    package func register() async throws {
        for number in 0..<store.lanes {
            for provider in providers(of: store.lane(number)) { try await register(provider) }
        }
    }

    /// Registers the providers of a lane again and again until it is cancelled: they are signs of life, and what Redis has lost comes
    /// back. Throws when a newer build has laid Redis out, or with another number of lanes.
    func keepRegistered(on lane: LaneKeys) async throws {
        let providers = providers(of: lane)
        while (try? await clock.sleep(for: Store.registrationInterval)) != nil {
            do {
                if lane == store.lane(0) { try await Preflight.agreeOnLanes(store) }
                for provider in providers { try await register(provider) }
            } catch let error as StoreError where error.code == .layout {
                throw error
            } catch {
                logger.warning("providers could not be registered again", metadata: [LogKey.error: "\(error)"])
            }
        }
        // What is not taken away is forgotten when its last sign of life is old.
        try? await store.unregister(providers)
    }

    /// A provider that is spoiled in Redis does not keep the others from being registered.
    private func register(_ provider: Provider) async throws {
        var logger = logger
        logger[metadataKey: LogKey.provider] = "\(provider.name)"
        let last = registrations[provider.name]
        let new: Registration
        do {
            new = try await store.register(provider, limits: settings.limits, after: last)
        } catch let error as RedisError where error.isOfData {
            guard registrations.spoil(provider.name) else { return }
            logger.error(
                "a provider in Redis is spoiled; see its keys",
                metadata: [
                    LogKey.key: "\(store.keys(of: provider.name).hash)", LogKey.error: "\(error)",
                ]
            )
            return
        }
        registrations.keep(new, of: provider.name)
        if new.isNew {
            logger.info(
                last == nil
                    ? "provider registered; its first cycle starts now"
                    : "Redis has lost the provider; it is registered anew, and its first cycle starts now"
            )
        } else if last == nil {
            logger.info("provider known")
        }
        if new.hasStartedOver {
            logger.notice("the configuration changed which entities are read; the cycle starts over")
        }
        if !new.hasPlan, last?.hasPlan != false {
            logger.warning(
                "other workers read this provider by another configuration; its jobs are left to them. Is this one old?"
            )
        } else if new.hasPlan, last?.hasPlan == false {
            logger.notice("the provider is read by this worker's configuration from now on")
        }
    }
}

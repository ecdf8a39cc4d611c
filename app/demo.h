// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// --demo: a temporary house, the harness as everybody's service, and made-up traffic. Nothing leaves the machine,
// nothing is kept.

#pragma once

#include "runtime/runtime.h"

#include <QTemporaryDir>

#include <memory>

namespace escalite::harness {
class MockServices;
}

namespace escalite::app {

class DemoRequests;
class DemoTraffic;

/// Lives on the main thread; must outlive the runtime it is attached to.
class Demo final
{
public:
    /// Starts the harness, writes a configuration that delivers to it, and points \a start there. An address that the
    /// command line gave stays; otherwise a free port is taken, so that a demo and a real console get along.
    static Result<std::unique_ptr<Demo>> prepare(runtime::Start &start);
    ~Demo();

    /// Sends traffic to \a runtime as soon as it listens.
    void attach(runtime::Runtime &runtime);

private:
    Demo();

    QTemporaryDir m_directory;
    std::unique_ptr<harness::MockServices> m_mocks;
    std::unique_ptr<DemoTraffic> m_traffic;
    std::unique_ptr<DemoRequests> m_requests;
};

} // namespace escalite::app

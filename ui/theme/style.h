// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The look of standard widgets: Fusion's behaviour, drawn flat from the tokens (ui.md 9, 10). No style sheets: they do
// not follow a switch of the theme.

#pragma once

#include <QProxyStyle>

namespace escalite::ui {

/// How a field's frame says that its content is not right.
enum class FieldMark : quint8 { None, Odd, Wrong };
/// Line edits, spin boxes and combo boxes draw their frame, flat buttons their words in the colour of \a mark until it
/// is taken away.
void markField(QWidget &control, FieldMark mark);
[[nodiscard]] FieldMark fieldMark(const QWidget *control);
/// The frame of a field in \a rect: \a plain, or the colour of the focus or of what is wrong, two lines strong.
void strokeField(QPainter &painter, const QRect &rect, bool focused, FieldMark mark, const QColor &plain);

class Style final : public QProxyStyle
{
    Q_OBJECT
public:
    Style();

    void polish(QWidget *widget) override;
    using QProxyStyle::polish;

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    [[nodiscard]] QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl sub,
                                       const QWidget *widget) const override;
    [[nodiscard]] QRect subElementRect(SubElement element, const QStyleOption *option,
                                       const QWidget *widget) const override;
    [[nodiscard]] QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents,
                                         const QWidget *widget) const override;
    [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                                QStyleHintReturn *data) const override;

private:
    void drawPushButton(const QStyleOption *option, QPainter &painter) const;
    void drawPushButtonLabel(const QStyleOption *option, QPainter &painter, const QWidget *widget) const;
    void drawHeaderSection(const QStyleOption *option, QPainter &painter) const;
    void drawTab(const QStyleOption *option, QPainter &painter) const;
    void drawMenuItem(const QStyleOption *option, QPainter &painter, const QWidget *widget) const;
    void drawScrollBar(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const;
    void drawComboBox(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const;
    void drawSpinBox(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const;
    void drawToolButton(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const;
};

} // namespace escalite::ui
